#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

inline Output add_broadcast_to(GrowingGraph& g) {
  const Output x = g.any();
  return broadcast_to(x, wider(g.draws, g.shape(x), g.traits.most_elements));
}

inline Output add_broadcast_like(GrowingGraph& g) {
  const Output x = g.any();
  const Shape from = g.shape(x);
  Output like =
      g.pick([&](const TensorSpec& spec) { return broadcast_of(from, spec.shape) == spec.shape; });
  if (g.draws.one_in(3)) {
    const Shape to = wider(g.draws, from, g.traits.most_elements);
    like = g.source({g.draws.any_dtype(), to});
  }
  return broadcast_like(x, like);
}

inline Output add_sum_like(GrowingGraph& g) {
  const Output x = g.numeric();
  const Shape from = g.shape(x);
  const Shape to = narrower(g.draws, from);
  const DType dtype = g.draws.any_dtype();
  return sum_like(x, g.of({dtype, to}));
}

inline Output add_expand_dims(GrowingGraph& g) {
  const Output x = g.any();
  const std::size_t rank = g.shape(x).rank();
  if (rank >= Shape::max_rank) return identity(x);
  const auto axis = static_cast<std::int64_t>(g.draws.below(rank + 1));
  return expand_dims(x, g.draws.one_in(2) ? axis : axis - static_cast<std::int64_t>(rank) - 1);
}

/// A value with a dimension of 1 that is known to be that.
inline Output add_squeeze(GrowingGraph& g) {
  const auto has_one = [](const TensorSpec& spec) {
    return std::ranges::count(spec.shape.dims(), 1) > 0;
  };
  Output x = g.pick(has_one);
  if (x.is_empty()) x = expand_dims(g.any(), 0);
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < x.shape().rank(); ++i)
    if (x.shape().dims()[i] == 1 && !g.draws.one_in(3)) axes.push_back(static_cast<int>(i));
  return g.draws.one_in(2) ? squeeze(x) : squeeze(x, axes);
}

inline Axes any_permutation(GrowingGraph& g, std::size_t rank) {
  if (rank < 2 || g.draws.one_in(4)) return {};
  std::vector<std::int64_t> axes;
  for (const std::size_t axis : g.draws.permutation(rank))
    axes.push_back(static_cast<std::int64_t>(axis));
  if (g.draws.one_in(4)) axes[0] -= static_cast<std::int64_t>(rank);
  return axes;
}

/// Sometimes of the last two dimensions alone, as products take it.
inline Output add_transpose(GrowingGraph& g) {
  const Output x = g.any();
  const std::size_t rank = g.shape(x).rank();
  if (rank < 2 || g.draws.one_in(2)) return transpose(x, any_permutation(g, rank));
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  std::swap(axes[rank - 2], axes[rank - 1]);
  return transpose(x, axes);
}

inline Output add_reshape(GrowingGraph& g) {
  const Output x = g.any();
  const Shape to = reshaped(g.draws, g.shape(x));
  std::vector<std::int64_t> dims = dims_of(to);
  if (!dims.empty() && to.num_elements() > 0 && g.draws.one_in(2))
    dims[g.draws.below(dims.size())] = Shape::unknown;
  return reshape(x, Shape(dims));
}

inline Output add_reshape_like(GrowingGraph& g) {
  const Output x = g.any();
  const Shape from = g.shape(x);
  Output like = g.pick([&](const TensorSpec& spec) {
    return spec.shape.num_elements() == from.num_elements() && spec.shape != from;
  });
  if (like.is_empty()) {
    const Shape to = reshaped(g.draws, from);
    const DType dtype = g.draws.any_dtype();
    like = g.source({dtype, to});
  }
  return reshape_like(x, like);
}

inline Output add_size(GrowingGraph& g) {
  const Output x = g.any();
  const std::size_t rank = g.shape(x).rank();
  if (rank == 0 || g.draws.one_in(2)) return size(x);
  return size(x, {static_cast<std::int64_t>(g.draws.below(rank))});
}

inline Shape any_shape(GrowingGraph& g) {
  const Shape like = g.shape(g.any());
  return narrower(g.draws, like);
}

inline Output add_fill(GrowingGraph& g) {
  const Shape shape = any_shape(g);
  const DType dtype = g.draws.numeric();
  return fill(g.graph, dtype, shape, g.draws.of({0.0, 1.0, -1.0, 2.0, 3.0}));
}

inline std::vector<GrowthRow> array_growth() {
  return {
      {"broadcast_like", add_broadcast_like},
      {"broadcast_to", add_broadcast_to},
      {"constant",
       [](GrowingGraph& g) {
         const Shape shape = any_shape(g);
         const DType dtype = g.draws.any_dtype();
         return constant(g.graph, g.tensor({dtype, shape}));
       }},
      {"expand_dims", add_expand_dims},
      {"fill", add_fill},
      {"identity", [](GrowingGraph& g) { return identity(g.any()); }},
      {"ones",
       [](GrowingGraph& g) {
         const Shape shape = any_shape(g);
         return ones(g.graph, g.draws.any_dtype(), shape);
       }},
      {"ones_like", [](GrowingGraph& g) { return ones_like(g.any()); }},
      {"reshape", add_reshape},
      {"reshape_like", add_reshape_like},
      {"shape", [](GrowingGraph& g) { return shape(g.any()); }},
      {"size", add_size},
      {"squeeze", add_squeeze},
      {"stop_gradient", [](GrowingGraph& g) { return stop_gradient(g.any()); }},
      {"sum_like", add_sum_like},
      {"transpose", add_transpose},
      {"zeros",
       [](GrowingGraph& g) {
         const Shape shape = any_shape(g);
         return zeros(g.graph, g.draws.any_dtype(), shape);
       }},
      {"zeros_like", [](GrowingGraph& g) { return zeros_like(g.any()); }},
  };
}

}  // namespace deft
