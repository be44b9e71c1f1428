#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace deft {

/// A list of dimensions, in which negative ones count from the end; or, by default, none given:
/// what that means, each operation says.
class Axes {
 public:
  Axes() = default;
  Axes(std::initializer_list<std::int64_t> axes) : axes_(axes) {}
  Axes(std::vector<std::int64_t> axes) : axes_(std::move(axes)) {}

  const std::optional<std::vector<std::int64_t>>& list() const { return axes_; }

 private:
  std::optional<std::vector<std::int64_t>> axes_;
};

}  // namespace deft
