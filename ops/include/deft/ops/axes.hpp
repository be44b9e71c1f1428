#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include <deft/core/any_integer.hpp>

namespace deft {

/// A list of dimensions, in which negative ones count from the end; or, by default, none given:
/// what that means, each operation says.
class Axes {
 public:
  Axes() = default;
  /// Of any integer types. Throws ValueError for one of 2^63 or more.
  Axes(std::initializer_list<AnyInteger> axes);
  Axes(std::vector<std::int64_t> axes) : axes_(std::move(axes)) {}

  const std::optional<std::vector<std::int64_t>>& list() const { return axes_; }

 private:
  std::optional<std::vector<std::int64_t>> axes_;
};

}  // namespace deft
