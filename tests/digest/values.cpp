#include "values.hpp"

#include <bit>
#include <limits>
#include <type_traits>
#include <vector>

namespace deft::digest {
namespace {

template <class T>
const std::vector<T>& special_values() {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) {
    static const std::vector<bool> values{false, true};
    return values;
  } else if constexpr (std::is_integral_v<T>) {
    static const std::vector<T> values{0, 1, -1, 2, 7, Limits::max(), Limits::min()};
    return values;
  } else {
    static const std::vector<T> values{T{0},
                                       -T{0},
                                       T{1},
                                       T{-1},
                                       T{0.5},
                                       T{-2},
                                       Limits::max(),
                                       Limits::lowest(),
                                       Limits::min(),
                                       -Limits::min(),
                                       Limits::denorm_min(),
                                       Limits::infinity(),
                                       -Limits::infinity(),
                                       Limits::quiet_NaN()};
    return values;
  }
}

template <class T>
T any_bits(Draws& draws) {
  if constexpr (std::is_same_v<T, bool>)
    return draws.one_in(2);
  else
    return std::bit_cast<T>(
        static_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(
            draws.bits()));
}

template <class T>
T small_value(Draws& draws, int divisor) {
  const int integer = static_cast<int>(draws.below(256)) - 128;
  if constexpr (std::is_same_v<T, bool>)
    return integer > 0;
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(integer) / static_cast<T>(divisor);
  else
    return static_cast<T>(integer);
}

template <class T>
T value_of(Draws& draws, Values values, int divisor) {
  if (values == Values::any_bits) return any_bits<T>(draws);
  if (values == Values::special && draws.one_in(3)) {
    const std::vector<T>& special = special_values<T>();
    return special[draws.below(special.size())];
  }
  if constexpr (std::is_floating_point_v<T>)
    if (values == Values::uniform) return static_cast<T>(draws.number());
  return small_value<T>(draws, divisor);
}

template <class T>
Tensor typed(Draws& draws, const Shape& shape, Values values) {
  const int divisor = draws.one_in(3) ? 3 : 16;
  std::vector<T> elements(static_cast<std::size_t>(shape.num_elements()));
  if (values == Values::small && draws.one_in(6)) {
    elements.assign(elements.size(), small_value<T>(draws, divisor));
  } else {
    for (auto&& element : elements) element = value_of<T>(draws, values, divisor);
  }
  return Tensor::from<T>(shape, elements);
}

}  // namespace

Tensor tensor_of(Draws& draws, const TensorSpec& spec, Values values) {
  switch (spec.dtype) {
    case DType::f32:
      return typed<float>(draws, spec.shape, values);
    case DType::f64:
      return typed<double>(draws, spec.shape, values);
    case DType::i32:
      return typed<std::int32_t>(draws, spec.shape, values);
    case DType::i64:
      return typed<std::int64_t>(draws, spec.shape, values);
    default:
      return typed<bool>(draws, spec.shape, values);
  }
}

Tensor uniform(DType dtype, const Shape& shape, std::uint64_t seed) {
  Draws draws(seed);
  return tensor_of(draws, {dtype, shape}, Values::uniform);
}

}  // namespace deft::digest
