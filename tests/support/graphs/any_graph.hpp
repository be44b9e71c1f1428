#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/array.hpp"
#include "support/graphs/any_graph/elementwise.hpp"
#include "support/graphs/any_graph/growing_graph.hpp"
#include "support/graphs/any_graph/indexing.hpp"
#include "support/graphs/any_graph/linalg.hpp"
#include "support/graphs/any_graph/movement.hpp"
#include "support/graphs/any_graph/nn.hpp"
#include "support/graphs/any_graph/ordering.hpp"
#include "support/graphs/any_graph/patterns.hpp"
#include "support/graphs/any_graph/random.hpp"
#include "support/graphs/any_graph/reductions.hpp"
#include "support/graphs/any_graph/state.hpp"

namespace deft {

/// One row at least for every built-in operation.
inline const std::vector<GrowthRow>& growth_rows() {
  static const std::vector<GrowthRow> rows = [] {
    std::vector<GrowthRow> all;
    for (const auto& family : {
             array_growth(),
             elementwise_growth(),
             indexing_growth(),
             linalg_growth(),
             movement_growth(),
             nn_growth(),
             ordering_growth(),
             pattern_growth(),
             random_growth(),
             reduction_growth(),
             state_growth(),
         })
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return rows;
}

/// A graph of any operations, dtypes, shapes and values, and what to run of it. The same for every
/// compiler. `begin` adds what the others may build on.
struct AnyGraph {
  explicit AnyGraph(std::uint64_t seed, void (*begin)(GrowingGraph&) = nullptr) : grown(seed) {
    Draws& draws = grown.draws;
    for (std::size_t count = 1 + draws.below(3); count > 0; --count)
      grown.source(draws.any_dtype());
    if (begin != nullptr) begin(grown);
    const std::size_t rows = 2 + draws.below(draws.one_in(4) ? 30 : 10);
    for (std::size_t i = 0; i < rows; ++i) draws.of(growth_rows()).add(grown);
    initialize = global_variables_initializer(grown.graph);
    step = group(written());
    choose_fetches();
  }

  GrowingGraph grown;
  Output initialize;
  Output step;
  std::vector<std::vector<Output>> fetches;  // of several runs

 private:
  std::vector<Output> written() {
    std::vector<Output> all = grown.writes();
    if (all.empty()) all.push_back(grown.values().back());
    return all;
  }

  /// The last value, any few, and all: what is not fetched need not be kept.
  void choose_fetches() {
    const std::vector<Output> all = grown.values();
    fetches.push_back({all.back()});
    std::vector<Output> few;
    for (const Output& value : all)
      if (grown.draws.one_in(5)) few.push_back(value);
    if (!few.empty()) fetches.push_back(few);
    fetches.push_back(all);
  }
};

}  // namespace deft
