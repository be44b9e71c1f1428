#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <deft/core/shape.hpp>

namespace deft {

/// "[0, 2]": the index of element `at` of a dense tensor of this shape.
inline std::string position_text(const Shape& shape, std::int64_t at) {
  std::array<std::int64_t, Shape::max_rank> index{};
  for (std::size_t i = shape.rank(); i-- > 0; at /= shape.dims()[i])
    index[i] = at % shape.dims()[i];
  return Shape(std::span<const std::int64_t>(index.data(), shape.rank())).to_string();
}

}  // namespace deft
