#pragma once

#include <cstdint>
#include <type_traits>

#include <deft/core/dtype.hpp>
#include <deft/core/error.hpp>

namespace deft {

/// Calls f(std::type_identity<T>()) with the C++ type T of `dtype`, and returns what that returns.
/// It compiles f for 13 types: what needs fewer takes one of the others.
template <class F>
auto visit_dtype(DType dtype, const F& f) {
  switch (dtype) {
    case DType::f32:
      return f(std::type_identity<float>());
    case DType::f64:
      return f(std::type_identity<double>());
    case DType::i32:
      return f(std::type_identity<std::int32_t>());
    case DType::i64:
      return f(std::type_identity<std::int64_t>());
    case DType::boolean:
      return f(std::type_identity<bool>());
    case DType::u8:
      return f(std::type_identity<std::uint8_t>());
    case DType::i8:
      return f(std::type_identity<std::int8_t>());
    case DType::i16:
      return f(std::type_identity<std::int16_t>());
    case DType::u16:
      return f(std::type_identity<std::uint16_t>());
    case DType::u32:
      return f(std::type_identity<std::uint32_t>());
    case DType::u64:
      return f(std::type_identity<std::uint64_t>());
    case DType::f16:
      return f(std::type_identity<Half>());
    case DType::bf16:
      return f(std::type_identity<BFloat16>());
  }
  throw InternalError("a tensor has a dtype that does not exist");
}

/// As visit_dtype, for f32, f64, i32 and i64.
template <class F>
auto visit_numeric(DType dtype, const F& f) {
  switch (dtype) {
    case DType::f32:
      return f(std::type_identity<float>());
    case DType::f64:
      return f(std::type_identity<double>());
    case DType::i32:
      return f(std::type_identity<std::int32_t>());
    case DType::i64:
      return f(std::type_identity<std::int64_t>());
    default:
      throw InternalError("a numeric kernel was asked to work on bool or data at rest");
  }
}

/// As visit_dtype, for f32 and f64.
template <class F>
auto visit_floating(DType dtype, const F& f) {
  if (dtype == DType::f32) return f(std::type_identity<float>());
  if (dtype == DType::f64) return f(std::type_identity<double>());
  throw InternalError("a floating kernel was asked to work on another dtype");
}

/// Calls f with the unsigned integer type as wide as an element: for kernels that only move data.
template <class F>
auto visit_width(DType dtype, const F& f) {
  switch (size_of(dtype)) {
    case 1:
      return f(std::type_identity<std::uint8_t>());
    case 2:
      return f(std::type_identity<std::uint16_t>());
    case 4:
      return f(std::type_identity<std::uint32_t>());
    case 8:
      return f(std::type_identity<std::uint64_t>());
    default:
      throw InternalError("a tensor has elements of a width that no kernel moves");
  }
}

}  // namespace deft
