#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace deft {

/// Element types of tensors. u8, for pictures and labels, is for data at rest: it is moved,
/// compared and cast; arithmetic wants it cast first.
enum class DType : std::uint8_t { f32, f64, i32, i64, boolean, u8 };

/// "f32", "f64", "i32", "i64", "bool" or "u8".
std::string_view to_string(DType dtype);
std::ostream& operator<<(std::ostream& out, DType dtype);

/// Bytes of one element.
constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::i32:
      return 4;
    case DType::f64:
    case DType::i64:
      return 8;
    case DType::boolean:
    case DType::u8:
      return 1;
  }
  return 0;
}

constexpr bool is_floating(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }
constexpr bool is_integer(DType dtype) { return dtype == DType::i32 || dtype == DType::i64; }
constexpr bool is_numeric(DType dtype) { return is_floating(dtype) || is_integer(dtype); }

/// A C++ type that a tensor element can have.
template <class T>
concept Element =
    std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, bool> || std::same_as<T, std::uint8_t>;

/// The DType of C++ type T.
template <Element T>
constexpr DType dtype_of() {
  if constexpr (std::same_as<T, float>) return DType::f32;
  if constexpr (std::same_as<T, double>) return DType::f64;
  if constexpr (std::same_as<T, std::int32_t>) return DType::i32;
  if constexpr (std::same_as<T, std::int64_t>) return DType::i64;
  if constexpr (std::same_as<T, bool>) return DType::boolean;
  if constexpr (std::same_as<T, std::uint8_t>) return DType::u8;
}

}  // namespace deft
