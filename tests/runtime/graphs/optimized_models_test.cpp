// The models that programs train, and graphs made at random, have the same bytes with all passes
// and with none.

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/random_graph.hpp"
#include "support/graphs/training_models.hpp"
#include "support/plans/optimized.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// A graph whose variables begin as they do, or with special values; every `stride`-th node is
/// fetched, but for writes: those of the step and the initializers are in no order.
OptimizedCase case_of(const TrainingModel& model, bool special, NodeId stride) {
  OptimizedCase c{model.graph, {model.initialize}, model.step, {}};
  const auto nodes = static_cast<NodeId>(model.graph.num_nodes());
  for (NodeId id = 0; id < nodes; id += stride) {
    const Node& node = model.graph.node(id);
    if (node.outputs.empty() || node.op->effect == Effect::writes_variable) continue;
    c.fetches.push_back(model.graph.output({id, 0}));
  }
  std::uint32_t seed = 0;
  for (const Output& x : model.variables) {
    const Tensor start = data(x.dtype(), x.shape(), ++seed, true);
    if (special) c.start.push_back(assign(x, constant(model.graph, start)));
  }
  return c;
}

void check_model(const TrainingModel& model, NodeId stride = 1) {
  for (const bool special : {false, true}) {
    CAPTURE(special);
    check_all_choices(case_of(model, special, stride));
  }
}

TEST_CASE("random graphs") {
  const std::vector<Shape> shapes = {{2, 3, 5}, {1, 1, 127}, {7, 30, 1}, {1, 520, 16}, {15, 7, 17}};
  constexpr std::uint32_t graphs = sanitized ? 5 : 30;
  for (std::uint32_t seed = 1; seed <= graphs; ++seed) {
    CAPTURE(seed);
    const RandomGraph random(seed, shapes[seed % shapes.size()], 8 + static_cast<int>(seed % 20));
    check_model(random.model(), 7);
  }
}

TEST_CASE("regressions") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {1, 2, 15, 16, 17, 1000, 1023, 1024, 1025, 5000})
      for (const std::int64_t coefficients : {1, 2, 16, 17}) {
        CAPTURE(std::string(to_string(dtype)));
        CAPTURE(rows);
        CAPTURE(coefficients);
        check_model(regression_model(dtype, rows, coefficients));
      }
}

TEST_CASE("cross-validations") {
  check_model(cross_validation_model(3, 4, 200, 8), 3);
  check_model(cross_validation_model(2, 2, 1025, 3), 3);
}

}  // namespace
}  // namespace deft
