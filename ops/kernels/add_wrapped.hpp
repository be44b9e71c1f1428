#pragma once

#include <type_traits>

namespace deft {

/// x + y; integers wrap.
template <class T>
T add_wrapped(T x, T y) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(x) + static_cast<U>(y));
  } else {
    return x + y;
  }
}

}  // namespace deft
