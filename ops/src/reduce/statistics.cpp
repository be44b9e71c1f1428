#include <limits>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "operands.hpp"

// Reductions that are made of others.

namespace deft {
namespace {

ReduceOptions over(const Axes& axes, bool keep_dims, const NodeOptions& node = {}) {
  return {.axes = axes, .keep_dims = keep_dims, .name = node.name, .where = node.where};
}

/// sqrt(x) of an x that is not negative, with the derivative 0 at 0.
Output root(const Output& x) {
  return where_safe(
      x > 0, x, [](const Output& v) { return sqrt(v); }, x);
}

/// As i64, in which no sum of bools overflows.
Output count_true(const Output& condition, const ReduceOptions& options) {
  return reduce_sum(cast(condition, DType::i64), over(options.axes, options.keep_dims));
}

Output corrected_variance(const Output& x, const VarianceOptions& options) {
  Output variance = moments(x, over(options.axes, options.keep_dims)).variance;
  if (options.correction == 0) return variance;
  const Output count = cast(size(x, options.axes), x.dtype());
  const Output divisor = maximum(count - options.correction, 0);
  return variance * (count / divisor);
}

}  // namespace

Output reduce_any(const Output& x, const ReduceOptions& options) {
  const Composite made(x, "reduce_any", {options.name, options.where});
  return greater(made.inside([&] { return count_true(cast(x, DType::boolean), options); }), 0,
                 made.result());
}

Output reduce_all(const Output& x, const ReduceOptions& options) {
  const Composite made(x, "reduce_all", {options.name, options.where});
  return equal(made.inside([&] { return count_true(!cast(x, DType::boolean), options); }), 0,
               made.result());
}

/// The largest element is subtracted, unless it is infinite, and has no share in the gradient.
Output logsumexp(const Output& x, const ReduceOptions& options) {
  const Composite made(x, "logsumexp", {options.name, options.where});
  const auto [log_sum, most] = made.inside([&] {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const Output largest = reduce_max(x, over(options.axes, true));
    const Output shift =
        stop_gradient(where(equal(abs(largest), number_like(x, infinity)), 0, largest));
    const Output sum = reduce_sum(exp(x - shift), over(options.axes, options.keep_dims));
    return std::pair(log(sum), options.keep_dims ? shift : reshape_like(shift, sum));
  });
  return add(log_sum, most, made.result());
}

Output reduce_variance(const Output& x, const VarianceOptions& options) {
  const Composite made(x, "reduce_variance", {options.name, options.where});
  return identity(made.inside([&] { return corrected_variance(x, options); }), made.result());
}

Output reduce_std(const Output& x, const VarianceOptions& options) {
  const Composite made(x, "reduce_std", {options.name, options.where});
  return identity(made.inside([&] { return root(corrected_variance(x, options)); }), made.result());
}

Output norm(const Output& x, const NormOptions& options) {
  const Composite made(x, "norm", {options.name, options.where});
  const auto reduced = over(options.axes, options.keep_dims, made.result());
  if (options.ord == 1) return reduce_sum(made.inside([&] { return abs(x); }), reduced);
  if (options.ord == std::numeric_limits<double>::infinity())
    return reduce_max(made.inside([&] { return abs(x); }), reduced);
  if (options.ord != 2)
    made.refuse(ErrorCode::invalid_argument, "the order is " + std::to_string(options.ord),
                "use 1, 2 or infinity");
  const Output length = made.inside([&] {
    const Output wide = x.dtype() == DType::f32 ? cast(x, DType::f64) : x;
    return root(reduce_sum(square(wide), over(options.axes, options.keep_dims)));
  });
  return cast(length, x.dtype(), made.result());
}

}  // namespace deft
