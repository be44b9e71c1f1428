#pragma once

#include <cstdint>
#include <type_traits>

#include <deft/core/visit_dtype.hpp>

#include "kernels/add_wrapped.hpp"

namespace deft {

/// What an element and an update that goes to it become: the update, or a function of both in the
/// arithmetic of the dtype.
enum class Combination : std::uint8_t { update, add, multiply, maximum, minimum };

/// Of several updates to one element, the last.
struct Replaced {
  template <class T>
  static T of(T, T update) {
    return update;
  }
};

struct Added {
  template <class T>
  static T of(T x, T update) {
    return add_wrapped(x, update);
  }
};

/// Integers wrap.
struct Multiplied {
  template <class T>
  static T of(T x, T update) {
    if constexpr (std::is_integral_v<T>) {
      using U = std::make_unsigned_t<T>;
      return static_cast<T>(static_cast<U>(x) * static_cast<U>(update));
    } else {
      return x * update;
    }
  }
};

/// Of equal numbers, and of several NaN, the first.
struct Larger {
  template <class T>
  static T of(T x, T update) {
    return update > x || (update != update && x == x) ? update : x;
  }
};
struct Smaller {
  template <class T>
  static T of(T x, T update) {
    return update < x || (update != update && x == x) ? update : x;
  }
};

/// Calls f(std::type_identity<T>(), one of the classes above), where T computes for `dtype`: what
/// is only replaced is moved as an unsigned integer of its width.
template <class F>
auto visit_combination(Combination combination, DType dtype, const F& f) {
  const auto numeric = [&](auto combine) {
    return visit_numeric(dtype, [&](auto type) { return f(type, combine); });
  };
  switch (combination) {
    case Combination::update:
      break;
    case Combination::add:
      return numeric(Added{});
    case Combination::multiply:
      return numeric(Multiplied{});
    case Combination::maximum:
      return numeric(Larger{});
    case Combination::minimum:
      return numeric(Smaller{});
  }
  return visit_width(dtype, [&](auto type) { return f(type, Replaced{}); });
}

}  // namespace deft
