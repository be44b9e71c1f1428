#pragma once

#include <cstdint>
#include <type_traits>

#include <deft/core/dtype.hpp>
#include <deft/core/error.hpp>

namespace deft {

/// Calls f(std::type_identity<T>()) with the C++ type T of `dtype`, and returns what that returns.
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
  }
  throw InternalError("a tensor has a dtype that does not exist");
}

}  // namespace deft
