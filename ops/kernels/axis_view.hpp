#pragma once

#include <cstddef>
#include <cstdint>

#include <deft/core/shape.hpp>

namespace deft {

/// A dense tensor seen from one of its dimensions: [outer, size, inner].
struct AxisView {
  std::int64_t outer = 1;
  std::int64_t size = 1;
  std::int64_t inner = 1;

  AxisView(const Shape& shape, std::size_t axis) : size(shape.dims()[axis]) {
    for (std::size_t i = 0; i < axis; ++i) outer *= shape.dims()[i];
    for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape.dims()[i];
  }

  /// How many lines along the dimension there are. Line k begins at element `begin(k)`, and its
  /// elements lie `inner` apart.
  std::int64_t lines() const { return outer * inner; }
  std::int64_t begin(std::int64_t line) const {
    return inner == 1 ? line * size : line / inner * size * inner + line % inner;
  }
};

}  // namespace deft
