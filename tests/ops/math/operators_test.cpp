#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE("expressions of outputs and scalars") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<double>({2}, {1, 4}));
  const Output y = constant(graph, Tensor::from<double>({2}, {3, 5}));
  CHECK(evaluate(x + y * 2.0 - x / 2) == Tensor::from<double>({2}, {6.5, 12}));
  CHECK(evaluate(1 - -x) == Tensor::from<double>({2}, {2, 5}));
  CHECK(evaluate(2.0 * x / 4.0F) == Tensor::from<double>({2}, {0.5, 2}));
}

TEST_CASE("nodes carry the line of the expression") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const int line = __LINE__ + 1;
  const Output y = 2.0 * x + 1;
  CHECK(y.node().where.line == line);
  CHECK(std::string(y.node().where.file).find("operators_test") != std::string::npos);
  for (NodeId id = 1; id < graph.num_nodes(); ++id) CHECK(graph.node(id).where.line == line);
}

TEST_CASE("errors name the line of the expression") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output y = placeholder(graph, DType::f32, {3});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { x - y; });
  CHECK(error.info().where.line == line);
  CHECK(error.info().op == "sub");
}

TEST_CASE("operands without a graph are refused") {
  CHECK(caught<GraphError>([] { Operand(1) + Operand(2); }).info().op == "add");
  CHECK(caught<GraphError>([] { -Operand(1); }).info().op == "neg");
  CHECK(caught<GraphError>([] { -Output{}; }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
