#include <deft/ops/softmax.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "composite_axes.hpp"
#include "operands.hpp"

namespace deft {
namespace {

/// The options of a reduction over the axis that leaves a dimension of 1.
ReduceOptions along(std::int64_t axis) { return {.axes = {axis}, .keep_dims = true}; }

/// x less its largest element along the axis. That one shifts results by nothing, so that it has no
/// share in the gradient.
Output shifted(const Output& x, std::int64_t axis) {
  return x - stop_gradient(reduce_max(x, along(axis)));
}

}  // namespace

Output softmax(const Output& x, const SoftmaxOptions& options) {
  const Composite made(x, "softmax", {options.name, options.where});
  const Output e = made.inside([&] { return exp(shifted(x, options.axis)); });
  const Output sum = made.inside([&] { return reduce_sum(e, along(options.axis)); });
  return div(e, sum, made.result());
}

Output log_softmax(const Output& x, const SoftmaxOptions& options) {
  const Composite made(x, "log_softmax", {options.name, options.where});
  const Output z = made.inside([&] { return shifted(x, options.axis); });
  const Output log_sum = made.inside([&] { return log(reduce_sum(exp(z), along(options.axis))); });
  return sub(z, log_sum, made.result());
}

/// What the mask leaves out is replaced before it meets a function, and so are the largest element
/// and the sum where nothing is left.
Output masked_softmax(const Output& x, const Output& mask, const SoftmaxOptions& options) {
  const Composite made(x, "masked_softmax", {options.name, options.where});
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Output e = made.inside([&] {
    const Output lowest = number_like(x, -infinity);
    const Output holds = broadcast_like(mask, x);
    const Output most = reduce_max(where(holds, x, lowest), along(options.axis));
    const Output shift = stop_gradient(where(equal(most, lowest), 0, most));
    return where(holds, exp(where(holds, x - shift, 0)), 0);
  });
  const Output sum = made.inside([&] {
    const Output total = reduce_sum(e, along(options.axis));
    return where(equal(total, 0), 1, total);
  });
  return div(e, sum, made.result());
}

Output hardmax(const Output& x, const SoftmaxOptions& options) {
  const Composite made(x, "hardmax", {options.name, options.where});
  const std::size_t rank = x.shape().rank();
  const std::size_t axis = axis_from_front(made, options.axis, rank);
  const Output is_first = made.inside([&] {
    const Output positions = along_dimension(range_like(x, options.axis), axis, rank);
    return equal(positions, argmax(x, options.axis, {.keep_dims = true}));
  });
  return cast(is_first, x.dtype(), made.result());
}

}  // namespace deft
