#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

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

TEST_CASE("expressions of outputs and tensors") {
  const Graph graph;
  const Output h = constant(graph, {{1.0F, 2.0F}, {3.0F, 4.0F}});
  const Tensor tensor{10.0F, 20.0F};
  CHECK(evaluate(h * tensor + 1) == Tensor{{11.0F, 41.0F}, {31.0F, 81.0F}});
  CHECK(evaluate(tensor - h) == Tensor{{9.0F, 18.0F}, {7.0F, 16.0F}});
  CHECK(evaluate(where(h < 2, tensor, h)) == Tensor{{10.0F, 2.0F}, {3.0F, 4.0F}});
  CHECK(caught<GraphError>([&] { h + Tensor{1.0}; }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("comparisons and logic of outputs and numbers") {
  const Graph graph;
  const Output x = constant(graph, {1.0, 2.0, 3.0});
  const Output y = constant(graph, {-1.0, 1.0, -1.0});
  CHECK(evaluate(x < 2) == Tensor{true, false, false});
  CHECK(evaluate(x <= 2) == Tensor{true, true, false});
  CHECK(evaluate(x > 2) == Tensor{false, false, true});
  CHECK(evaluate(x >= 2) == Tensor{false, true, true});
  CHECK(evaluate(2 < x) == Tensor{false, false, true});
  CHECK(evaluate(x > y * 2) == Tensor{true, false, true});
  CHECK(evaluate(y < 0 && x >= 2) == Tensor{false, false, true});
  CHECK(evaluate(y < 0 || x >= 2) == Tensor{true, true, true});
  CHECK(evaluate(!(y < 0)) == Tensor{false, true, false});
}

TEST_CASE("equality of outputs asks for the node, not for the elements") {
  const Graph graph;
  const Output x = constant(graph, {1.0, 2.0});
  const Output y = constant(graph, {1.0, 2.0});
  const Output again = graph.output(x.endpoint());
  CHECK(x == again);
  CHECK(x != y);
  CHECK(evaluate(equal(x, y)) == Tensor{true, true});
}

TEST_CASE("nodes carry the line of the expression") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const int line = __LINE__ + 1;
  const Output y = 2.0 * x + 1;
  const Output mask = x < 0 && y >= 1 && !(x > 2);
  CHECK(y.node().where.line == line);
  CHECK(mask.node().where.line == line + 1);
  CHECK(std::string(y.node().where.file).find("operators_test") != std::string::npos);
  for (NodeId id = 1; id <= y.node_id(); ++id) CHECK(graph.node(id).where.line == line);
  for (NodeId id = y.node_id() + 1; id < graph.num_nodes(); ++id)
    CHECK(graph.node(id).where.line == line + 1);
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
  CHECK(caught<GraphError>([] { !Operand(true); }).info().op == "logical_not");
  CHECK(caught<GraphError>([] { return Tensor{1.0} < Tensor{2.0}; }).info().op == "less");
  CHECK(caught<GraphError>([] { -Output{}; }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
