#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"
#include "support/graphs/any_graph/indexing.hpp"

namespace deft {

/// A value of rank 1 at least; and one of its dimensions, counted from either end.
struct AlongAxis {
  Output x;
  Shape shape;
  std::size_t from_front;
  std::int64_t axis;
};

inline AlongAxis along_axis(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const Shape shape = g.shape(x);
  const std::size_t at = any_axis(g, shape);
  return {x, shape, at, as_given(g, at, shape.rank())};
}

/// A value of rank 2 at least.
inline Output any_matrices(GrowingGraph& g) {
  Output x = g.any();
  while (g.shape(x).rank() < 2) x = expand_dims(x, g.draws.one_in(2) ? 0 : -1);
  return x;
}

inline Output add_concat(GrowingGraph& g) {
  const auto [x, shape, at, axis] = along_axis(g);
  const DType dtype = g.spec(x).dtype;
  std::vector<Output> parts{x};
  for (std::size_t more = g.draws.below(4); more > 0; --more) {
    std::vector<std::int64_t> dims = dims_of(shape);
    if (g.draws.one_in(2)) dims[at] = g.draws.dim(std::max<std::int64_t>(dims[at], 1));
    const Output part = g.of({dtype, Shape(dims)});
    const auto place = static_cast<std::ptrdiff_t>(g.draws.below(parts.size() + 1));
    parts.insert(parts.begin() + place, part);
  }
  return concat(parts, axis);
}

/// Of equal parts, or of sizes drawn from what is left.
inline Output add_split(GrowingGraph& g) {
  const auto [x, shape, at, axis] = along_axis(g);
  const std::int64_t dim = shape.dims()[at];
  if (g.draws.one_in(2)) {
    const std::int64_t count = g.draws.of<std::int64_t>({1, 2, 3, 4});
    if (dim % count == 0) return g.draws.of(split(x, count, axis));
  }
  std::vector<std::int64_t> sizes;
  std::int64_t left = dim;
  for (std::size_t more = g.draws.below(3); more > 0; --more) {
    sizes.push_back(static_cast<std::int64_t>(g.draws.below(static_cast<std::size_t>(left) + 1)));
    left -= sizes.back();
  }
  sizes.push_back(left);
  return g.draws.of(split(x, sizes, axis));
}

/// The parts of a concat, once more.
inline Output add_split_like(GrowingGraph& g) {
  const auto [x, shape, at, axis] = along_axis(g);
  const Output other = g.of(g.spec(x));
  return g.draws.of(split_like(concat({x, other}, axis), {x, other}, axis));
}

inline std::vector<Slice> any_slices(Draws& draws, const Shape& shape) {
  std::vector<Slice> slices(draws.below(shape.rank() + 1));
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const std::int64_t dim = shape.dims()[i];
    const auto position = [&] {
      return static_cast<std::int64_t>(draws.below(static_cast<std::size_t>(2 * dim) + 3)) - dim -
             1;
    };
    if (draws.one_in(2)) slices[i].begin = position();
    if (draws.one_in(2)) slices[i].end = position();
    slices[i].step = draws.of<std::int64_t>({1, 1, 1, 2, 3, -1, -1, -2});
  }
  return slices;
}

/// Empty results are for graphs that have them.
inline std::vector<Slice> useful_slices(GrowingGraph& g, const Output& x) {
  const Shape shape = g.shape(x);
  std::vector<Slice> slices = any_slices(g.draws, shape);
  const Output known = zeros(Graph(), DType::boolean, shape);
  if (!g.traits.empty && slice(known, slices).shape().num_elements() == 0)
    for (Slice& of : slices) of.begin = of.end = std::nullopt;
  return slices;
}

inline Output add_slice(GrowingGraph& g) {
  const Output x = g.any();
  return slice(x, useful_slices(g, x));
}

inline Output add_unslice(GrowingGraph& g) {
  const Output like = g.any();
  const std::vector<Slice> slices = useful_slices(g, like);
  const Output part = g.draws.one_in(2) ? slice(like, slices) : Output{};
  if (!part.is_empty()) return unslice(part, like, slices);
  const Shape shape = slice(zeros(Graph(), DType::boolean, g.shape(like)), slices).shape();
  return unslice(g.of({g.draws.any_dtype(), shape}), like, slices);
}

inline Output add_pad(GrowingGraph& g) {
  const Output x = g.any();
  const Shape shape = g.shape(x);
  const PadMode mode = g.draws.of({PadMode::constant, PadMode::constant, PadMode::edge,
                                   PadMode::reflect, PadMode::symmetric, PadMode::wrap});
  Paddings paddings(shape.rank());
  std::int64_t count = std::max<std::int64_t>(shape.num_elements(), 1);
  for (std::size_t i = 0; i < paddings.size(); ++i) {
    const std::int64_t dim = shape.dims()[i];
    const auto padding = [&]() -> std::int64_t {
      const std::int64_t most =
          mode == PadMode::constant
              ? 3
              : std::min<std::int64_t>(mode == PadMode::reflect ? dim - 1 : dim, 3);
      return most < 1
                 ? 0
                 : static_cast<std::int64_t>(g.draws.below(static_cast<std::size_t>(most) + 1));
    };
    if (g.draws.one_in(2) || count * 4 > g.traits.most_elements) continue;
    paddings[i].first = padding();
    paddings[i].second = padding();
    count *=
        1 + (paddings[i].first + paddings[i].second + dim - 1) / std::max<std::int64_t>(dim, 1);
  }
  return pad(x, paddings, {.mode = mode, .value = g.draws.of({0, 1})});
}

inline Output add_tile(GrowingGraph& g) {
  const Output x = g.any();
  const Shape shape = g.shape(x);
  std::vector<std::int64_t> repetitions(shape.rank(), 1);
  std::int64_t count = std::max<std::int64_t>(shape.num_elements(), 1);
  for (std::int64_t& times : repetitions)
    if (g.draws.one_in(2)) {
      times = g.draws.dim(
          std::max<std::int64_t>(std::min<std::int64_t>(g.traits.most_elements / count, 9), 1));
      count *= times;
    }
  return tile(x, repetitions);
}

inline Output add_roll(GrowingGraph& g) {
  const auto [x, shape, at, axis] = along_axis(g);
  return roll(x, static_cast<std::int64_t>(g.draws.below(40)) - 20, axis);
}

inline Output add_diag(GrowingGraph& g) {
  const auto [x, shape, at, axis] = along_axis(g);
  const std::int64_t last = shape.dims()[shape.rank() - 1];
  if (shape.rank() == Shape::max_rank || shape.num_elements() * last > g.traits.most_elements)
    return tril(any_matrices(g));
  return diag(x);
}

inline Output add_diag_like(GrowingGraph& g) {
  const Output like = any_matrices(g);
  return diag_like(diag_part(g.draws.one_in(2) ? like : g.of(g.spec(like))), like);
}

template <auto Op>
Output add_triangle(GrowingGraph& g) {
  const Output x = any_matrices(g);
  return Op(x, static_cast<std::int64_t>(g.draws.below(5)) - 2, {});
}

inline Output add_range(GrowingGraph& g) {
  const DType dtype = g.draws.numeric();
  const std::int64_t start = static_cast<std::int64_t>(g.draws.below(9)) - 4;
  const std::int64_t step = g.draws.of<std::int64_t>({1, 1, 2, -1, -3});
  const std::int64_t count = g.draws.dim(g.traits.most_elements, g.traits.empty);
  return range(g.graph, dtype, start, start + count * step, step);
}

inline std::vector<GrowthRow> movement_growth() {
  return {
      {"concat", add_concat},
      {"diag", add_diag},
      {"diag_like", add_diag_like},
      {"diag_part", [](GrowingGraph& g) { return diag_part(any_matrices(g)); }},
      {"pad", add_pad},
      {"range", add_range},
      {"range_like",
       [](GrowingGraph& g) {
         const AlongAxis along = along_axis(g);
         return range_like(along.x, along.axis);
       }},
      {"roll", add_roll},
      {"slice", add_slice},
      {"split", add_split},
      {"split_like", add_split_like},
      {"tile", add_tile},
      {"tril", add_triangle<tril>},
      {"triu", add_triangle<triu>},
      {"unslice", add_unslice},
  };
}

}  // namespace deft
