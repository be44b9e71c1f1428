#pragma once

#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

/// A source of random numbers at a step that is known.
inline Random any_source(GrowingGraph& g) {
  const auto step = static_cast<std::int64_t>(g.draws.below(5));
  const auto seed = static_cast<std::int64_t>(g.draws.below(9));
  return Random(g.graph, {.seed = seed, .step = constant(g.graph, Tensor::scalar(step))});
}

inline std::vector<GrowthRow> random_growth() {
  return {
      {"random_integers",
       [](GrowingGraph& g) {
         const TensorSpec spec = g.spec(g.any());
         const DType dtype = g.draws.one_in(2) ? DType::i32 : DType::i64;
         return random_integers(any_source(g), dtype, spec.shape, -5, 5);
       }},
      {"random_normal",
       [](GrowingGraph& g) {
         const Output like = g.floating();
         return random_normal_like(any_source(g), like, {.mean = 1});
       }},
      {"random_order",
       [](GrowingGraph& g) {
         const TensorSpec spec = g.spec(g.any());
         const Output positions = random_integers(any_source(g), DType::i64, spec.shape, 0, 7);
         return random_order(any_source(g), positions, 7);
       }},
      {"random_truncated_normal",
       [](GrowingGraph& g) {
         const TensorSpec spec = g.spec(g.floating());
         return random_truncated_normal(any_source(g), spec.dtype, spec.shape);
       }},
      {"random_uniform",
       [](GrowingGraph& g) {
         const Output like = g.floating();
         return random_uniform_like(any_source(g), like);
       }},
  };
}

}  // namespace deft
