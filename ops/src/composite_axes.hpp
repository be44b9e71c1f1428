#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>

// Axes of builders that are made of others; shape_rules.hpp has those of shape rules.

namespace deft {

/// `axis` of a tensor of this rank, counted from the front. Refused if out of range.
inline std::size_t axis_from_front(const Composite& made, std::int64_t axis, std::size_t rank) {
  const auto dims = static_cast<std::int64_t>(rank);
  if (axis < -dims || axis >= dims)
    made.refuse(
        ErrorCode::invalid_argument,
        "axis " + std::to_string(axis) + " is outside the rank " + std::to_string(rank),
        rank == 0 ? "give a tensor of rank 1 or more"
                  : "an axis is from " + std::to_string(-dims) + " to " + std::to_string(dims - 1));
  return static_cast<std::size_t>(axis < 0 ? axis + dims : axis);
}

/// v [n] -> [n, 1...], which broadcasts along dimension `axis` of a tensor of this rank.
inline Output along_dimension(const Output& v, std::size_t axis, std::size_t rank) {
  if (axis + 1 == rank) return v;
  std::vector<std::int64_t> dims(rank - axis, 1);
  dims[0] = Shape::unknown;
  return reshape(v, Shape(dims));
}

}  // namespace deft
