#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>

#include <deft/core/half.hpp>

namespace deft {

/// Element types of tensors. Arithmetic takes f32, f64, i32 and i64, logic boolean. The others are
/// for data at rest, such as pictures, labels, ids and weights that are kept small: they are fed,
/// kept, moved, compared, sorted, cast and written to files; arithmetic wants them cast first.
enum class DType : std::uint8_t {
  f32,
  f64,
  i32,
  i64,
  boolean,
  u8,
  i8,
  i16,
  u16,
  u32,
  u64,
  f16,   // Half
  bf16,  // BFloat16
};

/// "f32", "i64", "bf16" and so on as DType has them, and "bool".
std::string_view to_string(DType dtype);
std::ostream& operator<<(std::ostream& out, DType dtype);

/// Bytes of one element; 0 of what is no dtype.
constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::boolean:
    case DType::u8:
    case DType::i8:
      return 1;
    case DType::i16:
    case DType::u16:
    case DType::f16:
    case DType::bf16:
      return 2;
    case DType::f32:
    case DType::i32:
    case DType::u32:
      return 4;
    case DType::f64:
    case DType::i64:
    case DType::u64:
      return 8;
  }
  return 0;
}

// What arithmetic takes. Of data at rest none of these holds, whatever their elements are.
constexpr bool is_floating(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }
constexpr bool is_integer(DType dtype) { return dtype == DType::i32 || dtype == DType::i64; }
constexpr bool is_numeric(DType dtype) { return is_floating(dtype) || is_integer(dtype); }

/// Whether elements are numbers as data at rest.
constexpr bool is_at_rest(DType dtype) {
  return size_of(dtype) != 0 && !is_numeric(dtype) && dtype != DType::boolean;
}
constexpr bool is_floating_at_rest(DType dtype) {
  return dtype == DType::f16 || dtype == DType::bf16;
}
constexpr bool is_integer_at_rest(DType dtype) {
  return is_at_rest(dtype) && !is_floating_at_rest(dtype);
}

namespace detail {

template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);

}  // namespace detail

/// A C++ type that a tensor element can have.
template <class T>
concept Element =
    detail::OneOf<T, float, double, std::int32_t, std::int64_t, bool, std::uint8_t, std::int8_t,
                  std::int16_t, std::uint16_t, std::uint32_t, std::uint64_t, Half, BFloat16>;

/// The DType of C++ type T.
template <Element T>
constexpr DType dtype_of() {
  if constexpr (std::same_as<T, float>) return DType::f32;
  if constexpr (std::same_as<T, double>) return DType::f64;
  if constexpr (std::same_as<T, std::int32_t>) return DType::i32;
  if constexpr (std::same_as<T, std::int64_t>) return DType::i64;
  if constexpr (std::same_as<T, bool>) return DType::boolean;
  if constexpr (std::same_as<T, std::uint8_t>) return DType::u8;
  if constexpr (std::same_as<T, std::int8_t>) return DType::i8;
  if constexpr (std::same_as<T, std::int16_t>) return DType::i16;
  if constexpr (std::same_as<T, std::uint16_t>) return DType::u16;
  if constexpr (std::same_as<T, std::uint32_t>) return DType::u32;
  if constexpr (std::same_as<T, std::uint64_t>) return DType::u64;
  if constexpr (std::same_as<T, Half>) return DType::f16;
  if constexpr (std::same_as<T, BFloat16>) return DType::bf16;
}

}  // namespace deft
