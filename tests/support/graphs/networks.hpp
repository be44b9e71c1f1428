#pragma once

#include <deft/deft.hpp>

namespace deft::networks {

// What networks are made of, as a program writes it that does not use the library's functions.

/// Over the last dimension.
inline Output softmax(const Output& x) {
  const Output e = exp(x - reduce_max(x, {.axes = {-1}, .keep_dims = true}));
  return e / reduce_sum(e, {.axes = {-1}, .keep_dims = true});
}

inline Output log_sum_exp(const Output& x) {
  const Output m = reduce_max(x, {.axes = {-1}, .keep_dims = true});
  return log(reduce_sum(exp(x - m), {.axes = {-1}})) + squeeze(m, {-1});
}

/// (x - mean) / sqrt(variance + 1e-5) * scale + shift, over the last dimension.
inline Output layer_norm(const Output& x, const Output& scale, const Output& shift) {
  const Output centred = x - reduce_mean(x, {.axes = {-1}, .keep_dims = true});
  const Output variance = reduce_mean(square(centred), {.axes = {-1}, .keep_dims = true});
  return centred * rsqrt(variance + 1e-5) * scale + shift;
}

inline Output relu(const Output& x) { return maximum(x, 0); }

}  // namespace deft::networks
