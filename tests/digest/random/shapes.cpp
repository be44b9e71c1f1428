#include "random/shapes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace deft::digest {

std::optional<Shape> broadcast_of(const Shape& a, const Shape& b) {
  const bool a_is_longer = a.rank() >= b.rank();
  std::vector<std::int64_t> dims = dims_of(a_is_longer ? a : b);
  const std::vector<std::int64_t> others = dims_of(a_is_longer ? b : a);
  for (std::size_t i = 0; i < others.size(); ++i) {
    std::int64_t& dim = dims[dims.size() - others.size() + i];
    if (dim != others[i] && dim != 1 && others[i] != 1) return std::nullopt;
    if (dim == 1) dim = others[i];
  }
  return Shape(dims);
}

Shape narrower(Draws& draws, const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  if (draws.one_in(2))
    dims.erase(dims.begin(),
               dims.begin() + static_cast<std::ptrdiff_t>(draws.below(dims.size() + 1)));
  for (std::int64_t& dim : dims)
    if (draws.one_in(3)) dim = 1;
  return Shape(dims);
}

Shape wider(Draws& draws, const Shape& shape, std::int64_t most) {
  std::vector<std::int64_t> dims = dims_of(shape);
  if (dims.size() < most_dimensions && draws.one_in(2)) dims.insert(dims.begin(), 1);
  for (std::int64_t& dim : dims) {
    const std::int64_t count = std::max<std::int64_t>(Shape(dims).num_elements(), 1);
    if (dim == 1 && draws.one_in(2)) dim = draws.dim(most / count, false);
  }
  return Shape(dims);
}

Shape reshaped(Draws& draws, const Shape& shape) {
  if (draws.one_in(3)) return {shape.num_elements()};
  std::vector<std::int64_t> dims = dims_of(shape);
  if (dims.size() > 1 && draws.one_in(2)) {
    const std::size_t at = draws.below(dims.size() - 1);
    dims[at] *= dims[at + 1];
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  const auto even = std::find_if(dims.begin(), dims.end(),
                                 [](std::int64_t dim) { return dim > 2 && dim % 2 == 0; });
  if (even != dims.end() && dims.size() < most_dimensions && draws.one_in(3)) {
    *even /= 2;
    dims.push_back(2);
  }
  if (draws.one_in(2)) return Shape(dims);
  std::vector<std::int64_t> moved;
  for (const std::size_t axis : draws.permutation(dims.size())) moved.push_back(dims[axis]);
  return Shape(moved);
}

Shape exchanged(const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  std::swap(dims[dims.size() - 2], dims[dims.size() - 1]);
  return Shape(dims);
}

std::vector<std::int64_t> exchange_of(std::size_t rank) {
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  std::swap(axes[rank - 2], axes[rank - 1]);
  return axes;
}

}  // namespace deft::digest
