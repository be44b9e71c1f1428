#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include <deft/core/tensor.hpp>

#include "support/graphs/any_graph/draws.hpp"
#include "support/samples.hpp"

namespace deft {

/// Values where an operation may be special.
template <class T>
std::vector<T> notable_values() {
  if constexpr (std::is_floating_point_v<T>)
    return special_values<T>();
  else if constexpr (std::is_same_v<T, bool>)
    return {false, true};
  else
    return {0, 1, -1, 2, 7, std::numeric_limits<T>::max(), std::numeric_limits<T>::min()};
}

/// Any bits at all.
template <class T>
T any_bits(std::mt19937_64& random) {
  if constexpr (std::is_same_v<T, bool>)
    return random() % 2 == 0;
  else
    return std::bit_cast<T>(
        static_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(random()));
}

/// Small values, or one value throughout; if `special`, also extremes, NaN and infinities, here and
/// there or everywhere.
template <class T>
Tensor any_tensor(Draws& draws, const Shape& shape, bool special) {
  const std::uint32_t seed = draws.seed();
  Tensor tensor = sample<T>(shape, seed);
  const std::span<T> elements = tensor.template mutable_data<T>();
  const std::size_t kind = draws.below(special ? 8 : 5);
  std::mt19937_64 random(seed);
  const std::vector<T> notable = notable_values<T>();
  if (kind == 0) {
    const T value =
        notable[seed % (special ? notable.size() : std::min<std::size_t>(notable.size(), 4))];
    for (T& x : elements) x = value;
  } else if (kind == 5 || kind == 6) {
    for (T& x : elements)
      if (random() % (kind == 5 ? 3 : 50) == 0) x = notable[random() % notable.size()];
  } else if (kind == 7) {
    for (T& x : elements) x = any_bits<T>(random);
  }
  return tensor;
}

inline Tensor any_tensor(Draws& draws, const TensorSpec& spec, bool special) {
  switch (spec.dtype) {
    case DType::f32:
      return any_tensor<float>(draws, spec.shape, special);
    case DType::f64:
      return any_tensor<double>(draws, spec.shape, special);
    case DType::i32:
      return any_tensor<std::int32_t>(draws, spec.shape, special);
    case DType::i64:
      return any_tensor<std::int64_t>(draws, spec.shape, special);
    default:
      return any_tensor<bool>(draws, spec.shape, special);
  }
}

}  // namespace deft
