#pragma once

#include <optional>

#include <doctest/doctest.h>

namespace deft {

/// The E that `f` throws. Fails the test if it throws nothing.
template <class E, class F>
E caught(const F& f) {
  std::optional<E> error;
  try {
    f();
  } catch (const E& e) {
    error = e;
  }
  REQUIRE_MESSAGE(error.has_value(), "nothing was thrown");
  return *error;
}

}  // namespace deft
