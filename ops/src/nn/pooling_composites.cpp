#include <cmath>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

namespace deft {

Output max_unpool(const Output& x, const Output& indices, const Shape& shape,
                  const NodeOptions& options) {
  const Composite made(x, "max_unpool", options);
  const Shape from = x.shape(options.where);
  if (!from.is_compatible_with(indices.shape(options.where)))
    made.refuse(ErrorCode::shape_mismatch,
                "x has the shape " + from.to_string() + ", the indices " +
                    indices.shape(options.where).to_string(),
                "give one index for each element");
  const Output flat = made.inside([&] {
    const Output none = reshape(zeros(made.graph(), x.dtype(), shape), {Shape::unknown});
    return scatter_nd_update(none, reshape(indices, {Shape::unknown, 1}),
                             reshape(x, {Shape::unknown}));
  });
  return reshape(flat, shape, made.result());
}

/// A sum is a mean that counts padding, times the elements of a window.
Output lp_pool(const Output& x, const LpPoolOptions& options) {
  const Composite made(x, "lp_pool", {options.name, options.where});
  const double p = options.p;
  if (!(p >= 1) || !std::isfinite(p))
    made.refuse(ErrorCode::invalid_argument, "p is " + std::to_string(p),
                "give a finite number from 1 on; max_pool is the norm for infinity");
  double elements = 1;
  for (const std::int64_t size : options.window) elements *= static_cast<double>(size);
  const auto sum = [&] {
    const Output power = p == 1 ? abs(x) : p == 2 ? square(x) : pow(abs(x), p);
    return average_pool(power, {.window = options.window,
                                .strides = options.strides,
                                .dilations = options.dilations,
                                .padding = options.padding,
                                .count_include_padding = true,
                                .layout = options.layout});
  };
  if (p == 1) return mul(made.inside(sum), elements, made.result());
  const Output powers = made.inside([&] { return sum() * elements; });
  const auto root = [&](const Output& v) { return p == 2 ? sqrt(v) : pow(v, 1 / p); };
  const Output is_positive = made.inside([&] { return not_equal(powers, 0); });
  return where_safe(is_positive, powers, root, 0,
                    {.name = made.result().name, .where = options.where});
}

}  // namespace deft
