#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <deft/core/shape.hpp>

#include "support/graphs/any_graph/draws.hpp"

namespace deft {

inline std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

/// What tensors of both shapes give in an elementwise operation; nothing if they do not fit.
inline std::optional<Shape> broadcast_of(const Shape& a, const Shape& b) {
  std::vector<std::int64_t> dims = dims_of(a.rank() >= b.rank() ? a : b);
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  for (std::size_t i = 0; i < shorter.rank(); ++i) {
    std::int64_t& dim = dims[dims.size() - shorter.rank() + i];
    const std::int64_t other = shorter.dims()[i];
    if (dim != other && dim != 1 && other != 1) return std::nullopt;
    if (dim == 1) dim = other;
  }
  return Shape(dims);
}

/// A shape that broadcasts to `shape`.
inline Shape narrower(Draws& draws, const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  const std::size_t dropped = draws.one_in(2) ? draws.below(dims.size() + 1) : 0;
  dims.erase(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(dropped));
  for (std::int64_t& dim : dims)
    if (draws.one_in(3)) dim = 1;
  return Shape(dims);
}

/// A shape of at most `most` elements to which `shape` broadcasts.
inline Shape wider(Draws& draws, const Shape& shape, std::int64_t most) {
  std::vector<std::int64_t> dims = dims_of(shape);
  if (dims.size() < Shape::max_rank && draws.one_in(2)) dims.insert(dims.begin(), 1);
  for (std::int64_t& dim : dims) {
    const std::int64_t count = Shape(dims).num_elements();
    if (dim == 1 && draws.one_in(2)) dim = draws.dim(most / std::max<std::int64_t>(count, 1));
  }
  return Shape(dims);
}

/// A shape of as many elements.
inline Shape reshaped(Draws& draws, const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  if (draws.one_in(3)) return {shape.num_elements()};
  if (dims.size() > 1 && draws.one_in(2)) {
    const std::size_t at = draws.below(dims.size() - 1);
    dims[at] *= dims[at + 1];
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (dims[i] > 2 && dims[i] % 2 == 0 && dims.size() < Shape::max_rank && draws.one_in(3)) {
      dims[i] /= 2;
      dims.push_back(2);
      break;
    }
  std::vector<std::int64_t> moved;
  for (const std::size_t axis : draws.permutation(dims.size())) moved.push_back(dims[axis]);
  return Shape(draws.one_in(2) ? moved : dims);
}

}  // namespace deft
