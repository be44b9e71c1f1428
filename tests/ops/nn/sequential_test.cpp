#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/normalization.hpp>
#include <deft/nn/sequential.hpp>
#include <deft/ops/companions.hpp>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("a sequence applies layers, functions and lambdas in order") {
  const Graph graph;
  const Dense dense(Random(graph), 2, 2, {.dtype = DType::f64, .use_bias = false});
  const Sequential model{
      dense, relu, [](const Output& x) { return x + 1; },
      [](const Output& x, Mode mode) { return mode == Mode::train ? 10 * x : x; }};
  const Output x = constant(graph, Tensor{{1.0, -2.0}});
  Session session(graph);
  session.set(dense.weight, Tensor{{1.0, 0.0}, {0.0, 3.0}});
  CHECK(session.run(model(x, Mode::evaluate)) == Tensor{{2.0, 1.0}});
  CHECK(session.run(model(x, Mode::train)) == Tensor{{20.0, 10.0}});
}

TEST_CASE("sequences can be empty, copied and nested") {
  const Graph graph;
  const Output x = constant(graph, Tensor{3.0});
  CHECK(Sequential({})(x, Mode::train) == x);
  const std::function<Output(const Output&)> twice = [](const Output& of) { return 2 * of; };
  const Sequential inner{twice, [](const Output& of) { return of + 1; }};
  const Sequential outer{inner, inner, twice};
  std::vector<Sequential::Step> steps(3, twice);
  Session session(graph);
  CHECK(session.run(outer(x, Mode::train)) == Tensor{30.0});
  CHECK(session.run(Sequential(steps)(x, Mode::train)) == Tensor{24.0});
}

TEST_CASE("the mode reaches layers, and their variables are found") {
  const Graph graph;
  const Random random(graph);
  const BatchNorm norm(graph, 3);
  const Sequential model{Dense(random, 2, 3), norm, LayerNorm(graph, 3)};
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 2});
  CHECK(parameters(model(x, Mode::train)).size() == 6);
  CHECK(companions({model(x, Mode::train)}).size() == 2);
  CHECK(companions({model(x, Mode::evaluate)}).empty());
}

TEST_CASE("nodes and errors of a sequence have the line of its use") {
  const Graph graph;
  const Sequential model{relu, Dense(Random(graph), 2, 3), LayerNorm(graph, 4)};
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 2});
  const std::size_t begin = graph.num_nodes();
  const int line = __LINE__ + 1;
  const GraphError error = caught<GraphError>([&] { model(x, Mode::train); });
  CHECK(error.info().op == "layer_norm");
  CHECK(error.info().where.line == line);
  CHECK(std::string(error.info().where.file) == __FILE__);
  REQUIRE(graph.num_nodes() > begin);
  for (auto id = static_cast<NodeId>(begin); id < graph.num_nodes(); ++id)
    CHECK(graph.node(id).where.line == line);
}

TEST_CASE("empty functions are refused") {
  const int line = __LINE__ + 3;
  const GraphError error = caught<GraphError>([&] {
    const std::function<Output(const Output&)> empty;
    static_cast<void>(Sequential({relu, empty}));
  });
  CHECK(error.info().message == "step 1 of 2 is an empty function");
  CHECK(error.info().where.line == line);
  Output (*const null)(const Output&, const NodeOptions&) = nullptr;
  CHECK_THROWS_AS(static_cast<void>(Sequential({null})), GraphError);
}

}  // namespace
}  // namespace deft
