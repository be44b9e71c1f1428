#include "algorithms/combine.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>

namespace deft::collectives {
namespace {

template <class T>
using Unsigned = std::make_unsigned_t<std::conditional_t<std::is_integral_v<T>, T, int>>;

struct Add {
  template <class T>
  static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(static_cast<Unsigned<T>>(a) + static_cast<Unsigned<T>>(b));
    else
      return a + b;
  }
};

struct Larger {
  template <class T>
  static T of(T a, T b) {
    return a > b || a != a ? a : b;
  }
};

struct Smaller {
  template <class T>
  static T of(T a, T b) {
    return a < b || a != a ? a : b;
  }
};

template <class T, class Op>
void combine(const std::byte* a, const std::byte* b, std::byte* out, std::size_t count) {
  const T* const x = reinterpret_cast<const T*>(a);
  const T* const y = reinterpret_cast<const T*>(b);
  T* const z = reinterpret_cast<T*>(out);
  for (std::size_t i = 0; i < count; ++i) z[i] = Op::of(x[i], y[i]);
}

template <class Op>
Combine of_dtype(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return combine<float, Op>;
    case DType::f64:
      return combine<double, Op>;
    case DType::i32:
      return combine<std::int32_t, Op>;
    case DType::i64:
      return combine<std::int64_t, Op>;
    default:
      return nullptr;
  }
}

template <class T>
void divide_elements(std::span<std::byte> x, T n) {
  T* const elements = reinterpret_cast<T*>(x.data());
  for (std::size_t i = 0; i < x.size() / sizeof(T); ++i) elements[i] /= n;
}

}  // namespace

Combine combine_of(Reduce reduce, DType dtype) {
  switch (reduce) {
    case Reduce::sum:
      return of_dtype<Add>(dtype);
    case Reduce::mean:
      return is_floating(dtype) ? of_dtype<Add>(dtype) : nullptr;
    case Reduce::max:
      return of_dtype<Larger>(dtype);
    case Reduce::min:
      return of_dtype<Smaller>(dtype);
  }
  return nullptr;
}

void divide(std::span<std::byte> x, DType dtype, int n) {
  if (dtype == DType::f32) return divide_elements(x, static_cast<float>(n));
  divide_elements(x, static_cast<double>(n));
}

void combine_tree(Combine combine, std::span<std::byte* const> parts, std::byte* out,
                  std::size_t count) {
  const std::size_t size = parts.size();
  for (std::size_t distance = 1; distance < size; distance *= 2)
    for (std::size_t i = 0; i + distance < size; i += 2 * distance) {
      const bool is_last = 2 * distance >= size;
      combine(parts[i], parts[i + distance], is_last ? out : parts[i], count);
    }
}

}  // namespace deft::collectives
