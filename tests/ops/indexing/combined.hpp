#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/ops/indexing.hpp>

namespace deft {

/// Those that deft has of a dtype.
template <class T>
std::vector<ScatterReduction> reductions_of() {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::uint8_t>)
    return {ScatterReduction::update};
  else
    return {ScatterReduction::update, ScatterReduction::add, ScatterReduction::multiply,
            ScatterReduction::maximum, ScatterReduction::minimum};
}

/// What an element and an update that goes to it become; integers wrap.
template <class T>
T combined(T x, T update, ScatterReduction reduction) {
  if constexpr (!std::is_same_v<T, bool> && !std::is_same_v<T, std::uint8_t>) {
    using U = typename std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>,
                                          std::type_identity<T>>::type;
    if (reduction == ScatterReduction::add)
      return static_cast<T>(static_cast<U>(x) + static_cast<U>(update));
    if (reduction == ScatterReduction::multiply)
      return static_cast<T>(static_cast<U>(x) * static_cast<U>(update));
    if (reduction == ScatterReduction::maximum) return std::max(x, update);
    if (reduction == ScatterReduction::minimum) return std::min(x, update);
  }
  return update;
}

/// x after a plain loop over updates, of which number i goes to element places[i].
template <class T>
Tensor combined(const Tensor& x, const std::vector<std::size_t>& places, const Tensor& updates,
                ScatterReduction reduction) {
  Tensor result = x;
  const auto elements = result.mutable_data<T>();
  for (std::size_t i = 0; i < places.size(); ++i) {
    T& element = elements[places[i]];
    element = combined<T>(element, updates.data<T>()[i], reduction);
  }
  return result;
}

}  // namespace deft
