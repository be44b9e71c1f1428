#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// Small values of both signs, integers among them, that depend on position and `seed` alone.
template <Element T>
Tensor sample(const Shape& shape, std::uint32_t seed = 1) {
  Tensor tensor = Tensor::uninitialized(dtype_of<T>(), shape);
  std::uint32_t state = seed * 2654435761U + 12345U;
  for (T& value : tensor.mutable_data<T>()) {
    state = state * 1664525U + 1013904223U;
    const auto integer = static_cast<std::int32_t>(state >> 24U) - 128;
    if constexpr (std::is_same_v<T, bool>)
      value = integer > 0;
    else if constexpr (std::is_floating_point_v<T>)
      value = static_cast<T>(integer) / static_cast<T>(seed % 3 == 0 ? 3 : 16);
    else
      value = static_cast<T>(integer);
  }
  return tensor;
}

/// Indices in [0, bound), repeated ones among them, in no order.
template <Element I>
Tensor sample_indices(const Shape& shape, std::int64_t bound) {
  Tensor indices = Tensor::uninitialized(dtype_of<I>(), shape);
  std::uint32_t state = 7;
  for (I& index : indices.mutable_data<I>()) {
    state = state * 1664525U + 1013904223U;
    index = static_cast<I>(static_cast<std::int64_t>(state >> 8U) % bound);
  }
  return indices;
}

/// Values where floating arithmetic is special.
template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  return {T{0},
          -T{0},
          T{1},
          T{-1},
          T{0.5},
          T{-2},
          Limits::max(),
          Limits::lowest(),
          Limits::min(),
          Limits::denorm_min(),
          Limits::infinity(),
          -Limits::infinity(),
          Limits::quiet_NaN()};
}

/// Index of the element of a tensor of `shape` that stands at `index` of a shape it broadcasts to.
inline std::size_t broadcast_index(std::span<const std::int64_t> index, const Shape& shape) {
  const std::size_t missing = index.size() - shape.rank();
  std::int64_t at = 0;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    at = at * shape.dims()[i] + (shape.dims()[i] == 1 ? 0 : index[i + missing]);
  return static_cast<std::size_t>(at);
}

/// Calls f(index) for every index into `shape`, in row-major order.
inline void for_each_index(const Shape& shape,
                           const std::function<void(std::span<const std::int64_t>)>& f) {
  std::vector<std::int64_t> index(shape.rank(), 0);
  for (std::int64_t count = shape.num_elements(); count > 0; --count) {
    f(index);
    for (std::size_t i = shape.rank(); i-- > 0;) {
      if (++index[i] < shape.dims()[i]) break;
      index[i] = 0;
    }
  }
}

/// The larger of two sizes, and NaN if one of them is NaN: std::max would pass over it, as if that
/// element had no error.
inline double larger(double a, double b) { return a > b || std::isnan(a) ? a : b; }

/// The largest |x|. NaN, which no bound allows, if any is.
inline double largest_magnitude(std::span<const double> numbers) {
  double largest = 0;
  for (const double x : numbers) largest = larger(largest, std::abs(x));
  return largest;
}

/// The largest |a - b|. NaN if any is, and infinite if there are more of one than of the other.
inline double largest_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = larger(largest, std::abs(a[i] - b[i]));
  return largest;
}

/// The same of f64 tensors, which must have one shape.
inline double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.spec() != b.spec()) return std::numeric_limits<double>::infinity();
  return largest_difference(a.data<double>(), b.data<double>());
}

/// Equal, or both NaN.
template <class T>
bool same_value(T a, T b) {
  return a == b || (a != a && b != b);
}

}  // namespace deft
