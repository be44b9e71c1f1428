#include "metric_sums.hpp"

#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

namespace deft {

Output weights_like(const Output& weights, const Output& values) {
  if (weights.is_empty()) return {};
  return broadcast_like(cast(weights, DType::f64), values);
}

Output weighted(const Output& values, const Output& weights) {
  Output numbers = cast(values, DType::f64);
  if (weights.is_empty()) return numbers;
  return where(equal(weights, 0), 0, numbers * weights);
}

Output total_weight(const Output& values, const Output& weights) {
  return weights.is_empty() ? cast(size(values), DType::f64) : reduce_sum(weights);
}

Output ratio_or_zero(const Output& x, const Output& y) {
  const Output is_none = equal(y, 0);
  return where(is_none, 0, x / where(is_none, 1, y));
}

void require_equal_shapes(const Composite& made, const Output& x, std::string_view x_name,
                          const Output& y, std::string_view y_name) {
  if (x.shape(made.result().where).is_compatible_with(y.shape(made.result().where))) return;
  const std::string message = "the " + std::string(x_name) + " are " + to_string(x.spec()) +
                              ", the " + std::string(y_name) + " " + to_string(y.spec());
  made.refuse(ErrorCode::shape_mismatch, message, "make both shapes equal");
}

void require_floating_operand(const Composite& made, const Output& x, std::string_view name) {
  const DType dtype = x.dtype(made.result().where);
  if (is_floating(dtype)) return;
  made.refuse(
      ErrorCode::dtype_mismatch,
      "the " + std::string(name) + " are " + std::string(to_string(dtype)) + ", not f32 or f64",
      "give floating numbers");
}

}  // namespace deft
