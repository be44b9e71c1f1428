#pragma once

#include <optional>
#include <vector>

#include <deft/deft.hpp>

#include "random/draws.hpp"

namespace deft::digest {

constexpr std::size_t most_dimensions = 8;

inline std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

/// What tensors of both shapes give in an elementwise operation; nothing if they do not fit.
std::optional<Shape> broadcast_of(const Shape& a, const Shape& b);

/// A shape that broadcasts to `shape`.
Shape narrower(Draws& draws, const Shape& shape);

/// A shape of at most `most` elements to which `shape` broadcasts.
Shape wider(Draws& draws, const Shape& shape, std::int64_t most);

/// A shape of as many elements.
Shape reshaped(Draws& draws, const Shape& shape);

/// `shape` with its last two dimensions exchanged, and the axes that do that.
Shape exchanged(const Shape& shape);
std::vector<std::int64_t> exchange_of(std::size_t rank);

}  // namespace deft::digest
