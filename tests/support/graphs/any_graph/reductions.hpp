#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

/// Any set of axes, in any order.
inline ReduceOptions any_reduction(GrowingGraph& g, std::size_t rank) {
  ReduceOptions options{.keep_dims = g.draws.one_in(3)};
  if (g.draws.one_in(3)) return options;
  std::vector<std::int64_t> axes;
  for (const std::size_t axis : g.draws.permutation(rank))
    if (g.draws.one_in(2)) axes.push_back(static_cast<std::int64_t>(axis));
  if (!axes.empty() && g.draws.one_in(4)) axes[0] -= static_cast<std::int64_t>(rank);
  options.axes = axes;
  return options;
}

template <auto Reduce>
Output add_reduction(GrowingGraph& g) {
  const Output x = g.numeric();
  const ReduceOptions options = any_reduction(g, g.shape(x).rank());
  return Reduce(x, options);
}

/// Of something: nothing has no extreme.
template <auto Reduce>
Output add_extreme(GrowingGraph& g) {
  Output x = g.pick([](const TensorSpec& spec) {
    return is_numeric(spec.dtype) && spec.shape.num_elements() != 0;
  });
  if (x.is_empty()) x = g.source({g.draws.numeric(), {3, 5}});
  const ReduceOptions options = any_reduction(g, g.shape(x).rank());
  return Reduce(x, options);
}

inline Output add_mean(GrowingGraph& g) {
  const Output x = g.floating();
  const ReduceOptions options = any_reduction(g, g.shape(x).rank());
  return reduce_mean(x, options);
}

/// One of the two, or both.
inline Output add_moments(GrowingGraph& g) {
  const Output x = g.floating();
  const auto [mean, variance] = moments(x, any_reduction(g, g.shape(x).rank()));
  return g.draws.one_in(2) ? variance : mean;
}

/// As it stands in a gradient, or in that of one.
inline Output add_prod_of_others(GrowingGraph& g) {
  const Output x = stop_gradient(g.floating());
  const ReduceOptions options = any_reduction(g, g.shape(x).rank());
  const Output slopes = gradients(reduce_sum(reduce_prod(x, options)), {x}).at(0);
  return g.draws.one_in(2) ? slopes : gradients(reduce_sum(slopes), {x}).at(0);
}

inline std::vector<GrowthRow> reduction_growth() {
  return {
      {"moments", add_moments},
      {"prod_of_others", add_prod_of_others},
      {"reduce_max", add_extreme<reduce_max>},
      {"reduce_mean", add_mean},
      {"reduce_min", add_extreme<reduce_min>},
      {"reduce_prod", add_reduction<reduce_prod>},
      {"reduce_sum", add_reduction<reduce_sum>},
  };
}

}  // namespace deft
