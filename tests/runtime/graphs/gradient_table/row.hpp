#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// One use of an operation: the inputs, f64, and what is built of placeholders for them.
struct GradientCase {
  using Build = std::function<Output(const std::vector<Output>& xs)>;

  std::string name;
  std::vector<Tensor> at;
  Build build;
  bool known_shapes_only = false;  // not to be built of placeholders of unknown dimensions
};

/// What the gradient of an operation is.
enum class Verdict {
  numerical,  // what differences say: a rule, zero where the result does not vary, or no inputs
  zero,       // zero by definition, although the result varies
  refused,    // there is none: asking for it is an error
};

/// What the gradient table knows of one built-in operation.
struct GradientRow {
  std::string_view op;
  std::vector<GradientCase> cases;
  Verdict verdict = Verdict::numerical;
};

/// Distinct multiples of 1/256, spread evenly over [low, high] in no order.
inline Tensor spread(const Shape& shape, double low, double high, int seed = 0) {
  Tensor tensor = Tensor::zeros(DType::f64, shape);
  double turn = 0.29 * seed;
  for (double& value : tensor.mutable_data<double>()) {
    turn += 0.6180339887;
    value = std::round((low + (high - low) * (turn - std::floor(turn))) * 256) / 256;
  }
  return tensor;
}

}  // namespace deft
