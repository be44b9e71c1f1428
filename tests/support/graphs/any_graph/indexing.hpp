#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

/// Indices in [0, bound); where operations may fail, rarely one that is not. Without a bound over 0
/// there must be none.
inline Output any_indices(GrowingGraph& g, const Shape& shape, std::int64_t bound) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(shape.num_elements()));
  for (std::int64_t& index : indices)
    index = static_cast<std::int64_t>(g.draws.below(static_cast<std::size_t>(bound)));
  if (!indices.empty() && g.traits.fails && g.draws.one_in(3))
    indices[g.draws.below(indices.size())] = g.draws.of<std::int64_t>({-1, bound});
  const Tensor wide = Tensor::from<std::int64_t>(shape, indices);
  if (g.draws.one_in(2)) return constant(g.graph, wide);
  return cast(constant(g.graph, wide), DType::i32);
}

/// A value that fits, with an axis, as it is or with one in front.
inline Output any_with_axis(GrowingGraph& g, bool numeric) {
  const Output x = numeric ? g.numeric() : g.any();
  return g.shape(x).rank() == 0 ? expand_dims(x, 0) : x;
}

inline std::size_t any_axis(GrowingGraph& g, const Shape& shape) {
  return g.draws.below(shape.rank());
}

/// The axis from the front or from the end.
inline std::int64_t as_given(GrowingGraph& g, std::size_t axis, std::size_t rank) {
  const auto front = static_cast<std::int64_t>(axis);
  return g.draws.one_in(3) ? front - static_cast<std::int64_t>(rank) : front;
}

/// How many parts may be taken of a shape with `size` parts, so that the result is not too large.
inline std::int64_t any_count(GrowingGraph& g, const Shape& shape, std::int64_t size) {
  if (size == 0) return 0;
  const std::int64_t part = std::max<std::int64_t>(shape.num_elements() / size, 1);
  return g.draws.dim(std::max<std::int64_t>(g.traits.most_elements / part, 1), g.traits.empty);
}

inline Shape replaced(const Shape& shape, std::size_t axis, std::int64_t dim) {
  std::vector<std::int64_t> dims = dims_of(shape);
  dims[axis] = dim;
  return Shape(dims);
}

inline Output add_gather(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const Shape shape = g.shape(x);
  const std::size_t axis = any_axis(g, shape);
  const std::int64_t size = shape[axis];
  Shape indices{any_count(g, shape, size)};
  if (size > 0 && g.draws.one_in(5))
    indices = Shape{};
  else if (shape.rank() < Shape::max_rank && g.draws.one_in(5))
    indices = Shape{1, indices[0]};
  const Output where = any_indices(g, indices, size);
  return gather(x, where, {.axis = as_given(g, axis, shape.rank())});
}

inline Output add_scatter_add(GrowingGraph& g) {
  const Output x = any_with_axis(g, true);
  const TensorSpec spec = g.spec(x);
  const std::size_t axis = any_axis(g, spec.shape);
  const std::int64_t count = any_count(g, spec.shape, spec.shape[axis]);
  const Output where = any_indices(g, {count}, spec.shape[axis]);
  const Output updates = g.of({spec.dtype, replaced(spec.shape, axis, count)});
  return scatter_add(x, where, updates, {.axis = as_given(g, axis, spec.shape.rank())});
}

/// Tuples that address none, some or all dimensions of a shape, below the least of these.
struct Tuples {
  Output indices;
  Shape taken;
};

inline Tuples any_tuples(GrowingGraph& g, const Shape& shape) {
  std::size_t depth = g.draws.below(shape.rank() + 1);
  if (depth == 0 && shape.rank() == Shape::max_rank) depth = 1;
  const auto dims = shape.dims();
  std::int64_t least = 1000;
  for (std::size_t i = 0; i < depth; ++i) least = std::min(least, dims[i]);
  std::int64_t part = 1;
  for (std::size_t i = depth; i < dims.size(); ++i) part *= std::max<std::int64_t>(dims[i], 1);
  const std::int64_t most = std::max<std::int64_t>(g.traits.most_elements / part, 1);
  const std::int64_t count = least == 0 ? 0 : g.draws.dim(most, g.traits.empty);
  std::vector<std::int64_t> taken(dims.begin() + static_cast<std::ptrdiff_t>(depth), dims.end());
  taken.insert(taken.begin(), count);
  return {any_indices(g, {count, depth}, least), Shape(taken)};
}

inline Output add_gather_nd(GrowingGraph& g) {
  const Output x = g.any();
  return gather_nd(x, any_tuples(g, g.shape(x)).indices);
}

inline Output add_scatter_nd_add(GrowingGraph& g) {
  const Output x = g.numeric();
  const TensorSpec spec = g.spec(x);
  const auto [indices, taken] = any_tuples(g, spec.shape);
  return scatter_nd_add(x, indices, g.of({spec.dtype, taken}));
}

/// Indices along an axis: some of x, or of its sorted elements; one for all lines, or for each.
inline Output any_along(GrowingGraph& g, const Output& x, std::size_t axis) {
  const Shape shape = g.shape(x);
  if (g.draws.one_in(3))
    return argsort(x, {.axis = static_cast<std::int64_t>(axis), .descending = g.draws.one_in(2)});
  const std::int64_t count = any_count(g, shape, shape[axis]);
  std::vector<std::int64_t> dims = dims_of(replaced(shape, axis, count));
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (i != axis && g.draws.one_in(6)) dims[i] = 1;
  return any_indices(g, Shape(dims), shape[axis]);
}

inline Output add_take_along_axis(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const std::size_t rank = g.shape(x).rank();
  const std::size_t axis = any_axis(g, g.shape(x));
  const Output indices = any_along(g, x, axis);
  return take_along_axis(x, indices, as_given(g, axis, rank));
}

inline Output add_add_along_axis(GrowingGraph& g) {
  const Output x = any_with_axis(g, true);
  const TensorSpec spec = g.spec(x);
  const std::size_t axis = any_axis(g, spec.shape);
  const Output indices = any_along(g, x, axis);
  const Shape taken = replaced(spec.shape, axis, g.shape(indices)[axis]);
  const Output updates = g.of({spec.dtype, taken});
  return add_along_axis(x, indices, updates, as_given(g, axis, spec.shape.rank()));
}

/// Any but sums and products, for which there are other operations.
inline ScatterReduction any_reduction(GrowingGraph& g) {
  return g.draws.of(
      {ScatterReduction::update, ScatterReduction::maximum, ScatterReduction::minimum});
}

inline Output scattered_to_tuples(GrowingGraph& g, ScatterReduction reduction) {
  const Output x = reduction == ScatterReduction::update ? g.any() : g.numeric();
  const TensorSpec spec = g.spec(x);
  const auto [indices, taken] = any_tuples(g, spec.shape);
  return scatter_nd_reduce(x, indices, g.of({spec.dtype, taken}), reduction);
}

inline Output add_scatter_nd_reduce(GrowingGraph& g) {
  return scattered_to_tuples(g, any_reduction(g));
}

inline Output add_scatter_nd_multiply(GrowingGraph& g) {
  return scattered_to_tuples(g, ScatterReduction::multiply);
}

/// Indices along an axis, rarely fewer than the elements along the others.
inline Output any_elements(GrowingGraph& g, const Shape& shape, std::size_t axis) {
  std::vector<std::int64_t> dims = dims_of(replaced(shape, axis, any_count(g, shape, shape[axis])));
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (i != axis && dims[i] > 0 && g.draws.one_in(4)) --dims[i];
  return any_indices(g, Shape(dims), shape[axis]);
}

inline Output add_gather_elements(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const std::size_t axis = any_axis(g, g.shape(x));
  const Output indices = any_elements(g, g.shape(x), axis);
  return gather_elements(x, indices, as_given(g, axis, g.shape(x).rank()));
}

inline Output scattered_to_elements(GrowingGraph& g, ScatterReduction reduction) {
  const Output x = any_with_axis(g, reduction != ScatterReduction::update);
  const TensorSpec spec = g.spec(x);
  const std::size_t axis = any_axis(g, spec.shape);
  const Output indices = any_elements(g, spec.shape, axis);
  const Output updates = g.of({spec.dtype, g.shape(indices)});
  return scatter_elements(x, indices, updates, as_given(g, axis, spec.shape.rank()), reduction);
}

inline Output add_scatter_elements(GrowingGraph& g) {
  return scattered_to_elements(g, g.draws.one_in(4) ? ScatterReduction::add : any_reduction(g));
}

inline Output add_scatter_elements_multiply(GrowingGraph& g) {
  return scattered_to_elements(g, ScatterReduction::multiply);
}

inline Output add_one_hot(GrowingGraph& g) {
  const std::int64_t depth = g.draws.dim(20);
  const Shape shape{g.draws.dim(g.traits.most_elements / depth, g.traits.empty)};
  const Output indices = any_indices(g, shape, depth);
  return one_hot(indices, depth,
                 {.dtype = g.draws.any_dtype(),
                  .axis = g.draws.of<std::int64_t>({-1, 0}),
                  .out_of_range = g.draws.one_in(2) ? OutOfRange::error : OutOfRange::zeros});
}

inline std::vector<GrowthRow> indexing_growth() {
  return {
      {"add_along_axis", add_add_along_axis},
      {"gather", add_gather},
      {"gather_elements", add_gather_elements},
      {"gather_nd", add_gather_nd},
      {"one_hot", add_one_hot},
      {"scatter_add", add_scatter_add},
      {"scatter_elements", add_scatter_elements},
      {"scatter_elements_multiply", add_scatter_elements_multiply},
      {"scatter_nd_add", add_scatter_nd_add},
      {"scatter_nd_multiply", add_scatter_nd_multiply},
      {"scatter_nd_reduce", add_scatter_nd_reduce},
      {"take_along_axis", add_take_along_axis},
  };
}

}  // namespace deft
