#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft {

constexpr std::int64_t huge = std::int64_t{1} << 40;

/// What an operation makes of tensors without elements.
struct EmptyRow {
  const char* op;
  Output (*make)(const Output& x);  // x: f32[0, 3]
  const char* result;               // dtype and shape, and the elements if there are any
  bool known_shapes_only = false;   // x is not to be a placeholder of unknown dimensions
};

inline Output filled(const Output& x, const Shape& shape, double value = 2) {
  return fill(x.graph(), DType::f32, shape, value);
}
inline Output integers(const Output& x, const Shape& shape) {
  return fill(x.graph(), DType::i32, shape, 2);
}
inline Output doubles(const Output& x, const Shape& shape) {
  return fill(x.graph(), DType::f64, shape, 2);
}

inline Random first_step(const Output& x) {
  return Random(x.graph(), {.step = constant(x.graph(), Tensor::scalar<std::int64_t>(0))});
}
inline Output pooled_average(const Output& x) { return average_pool(x, {.window = {2}}); }
inline Output pooled_maximum(const Output& x) { return max_pool(x, {.window = {2}}); }
/// [0, 0] of x.
inline Output gram(const Output& x) { return matmul(x, x, {.transpose_b = true}); }

}  // namespace deft
