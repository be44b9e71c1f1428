#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/optim/minimize.hpp>

namespace deft {
namespace {

void require_positive(const char* what, double largest) {
  if (largest > 0) return;
  throw ValueError(
      {.code = ErrorCode::invalid_argument,
       .message = std::string("the largest ") + what + " is " + std::to_string(largest),
       .cure = "give a number above 0"});
}

Output sum_of_squares(const Output& x) {
  return reduce_sum(square(x.dtype() == DType::f64 ? x : cast(x, DType::f64)));
}

/// x times largest / norm where the norm is above the largest; NaN where it is NaN.
Output shortened(const Output& x, const Output& norm, double largest) {
  return x * cast(where(norm <= largest, 1.0, largest / norm), x.dtype());
}

}  // namespace

Output global_norm(const std::vector<Output>& xs) {
  std::vector<Output> squares;
  squares.reserve(xs.size());
  for (const Output& x : xs) squares.push_back(sum_of_squares(x));
  return sqrt(add_n(squares));
}

Transform clip_by_global_norm(double largest) {
  require_positive("norm", largest);
  return [=](OptimizerScope&, const std::vector<Output>& gradients) {
    const Output norm = global_norm(gradients);
    std::vector<Output> clipped;
    clipped.reserve(gradients.size());
    for (const Output& gradient : gradients) clipped.push_back(shortened(gradient, norm, largest));
    return clipped;
  };
}

Transform clip_by_norm(double largest) {
  require_positive("norm", largest);
  return [=](OptimizerScope&, const std::vector<Output>& gradients) {
    std::vector<Output> clipped;
    clipped.reserve(gradients.size());
    for (const Output& gradient : gradients)
      clipped.push_back(shortened(gradient, sqrt(sum_of_squares(gradient)), largest));
    return clipped;
  };
}

Transform clip_by_value(double largest) {
  require_positive("value", largest);
  return [=](OptimizerScope&, const std::vector<Output>& gradients) {
    std::vector<Output> clipped;
    clipped.reserve(gradients.size());
    for (const Output& gradient : gradients) clipped.push_back(clip(gradient, -largest, largest));
    return clipped;
  };
}

}  // namespace deft
