#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"
#include "support/graphs/any_graph/indexing.hpp"

namespace deft {

/// Along an axis that is not empty: nothing has no extreme.
template <auto Search>
Output add_arg_extreme(GrowingGraph& g) {
  Output x = any_with_axis(g, true);
  std::size_t axis = any_axis(g, g.shape(x));
  if (g.shape(x)[axis] == 0) {
    x = g.shape(x).rank() < Shape::max_rank ? expand_dims(x, 0) : g.source({x.dtype(), {3, 5}});
    axis = 0;
  }
  const std::int64_t given = as_given(g, axis, g.shape(x).rank());
  return Search(x, given, {.keep_dims = g.draws.one_in(3)});
}

template <auto Sort>
Output add_sorted(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const Shape shape = g.shape(x);
  return Sort(
      x, {.axis = as_given(g, any_axis(g, shape), shape.rank()), .descending = g.draws.one_in(2)});
}

/// One of the two outputs.
inline Output add_top_k(GrowingGraph& g) {
  const Output x = any_with_axis(g, false);
  const Shape shape = g.shape(x);
  const std::size_t axis = any_axis(g, shape);
  const std::int64_t k = std::min(g.draws.dim(1025), shape[axis]);
  const auto [values, indices] = top_k(x, k, {.axis = as_given(g, axis, shape.rank())});
  return g.draws.one_in(2) ? values : indices;
}

template <auto Cumulative>
Output add_cumulative(GrowingGraph& g) {
  const Output x = any_with_axis(g, true);
  const Shape shape = g.shape(x);
  const std::int64_t axis = as_given(g, any_axis(g, shape), shape.rank());
  return Cumulative(x, axis, {.exclusive = g.draws.one_in(3), .reverse = g.draws.one_in(3)});
}

/// As it stands in a gradient, or in that of one.
inline Output add_linear_recurrence(GrowingGraph& g) {
  const Output found = g.floating();
  const Output x = stop_gradient(g.shape(found).rank() == 0 ? expand_dims(found, 0) : found);
  const Shape shape = g.shape(x);
  const std::int64_t axis = as_given(g, any_axis(g, shape), shape.rank());
  const Output slopes =
      gradients(reduce_sum(cumprod(x, axis, {.exclusive = g.draws.one_in(2)})), {x}).at(0);
  return g.draws.one_in(2) ? slopes : gradients(reduce_sum(slopes), {x}).at(0);
}

inline std::vector<GrowthRow> ordering_growth() {
  return {
      {"argmax", add_arg_extreme<argmax>}, {"argmin", add_arg_extreme<argmin>},
      {"argsort", add_sorted<argsort>},    {"cumprod", add_cumulative<cumprod>},
      {"cumsum", add_cumulative<cumsum>},  {"linear_recurrence", add_linear_recurrence},
      {"sort", add_sorted<sort>},          {"top_k", add_top_k},
  };
}

}  // namespace deft
