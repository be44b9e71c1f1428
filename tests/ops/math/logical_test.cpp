#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE("logical operations of bools, with broadcasting") {
  const Graph graph;
  const Output x = constant(graph, {{true}, {false}});
  const Output y = constant(graph, {true, false});
  CHECK(evaluate(logical_and(x, y)) == Tensor{{true, false}, {false, false}});
  CHECK(evaluate(logical_or(x, y)) == Tensor{{true, true}, {true, false}});
  CHECK(evaluate(logical_xor(x, y)) == Tensor{{false, true}, {true, false}});
  CHECK(evaluate(logical_xor(true, y)) == Tensor{false, true});
  CHECK(evaluate(logical_and(y, x)) == evaluate(logical_and(x, y)));
  CHECK(evaluate(logical_or(y, x)) == evaluate(logical_or(x, y)));
  CHECK(evaluate(logical_not(x)) == Tensor{{false}, {true}});
  CHECK(evaluate(logical_and(x, true)) == Tensor{{true}, {false}});
  CHECK(evaluate(logical_or(true, y)) == Tensor{true, true});
  CHECK(evaluate(logical_and(x, Tensor{false, true})) == Tensor{{false, true}, {false, false}});
  CHECK(logical_and(placeholder(graph, DType::boolean, {Shape::unknown}), y).shape() == Shape{2});
}

TEST_CASE("logical operations have their names") {
  const Graph graph;
  const Output x = constant(graph, {true, false});
  CHECK(logical_and(x, x).name() == "logical_and");
  CHECK(logical_or(x, x).name() == "logical_or");
  CHECK(logical_xor(x, x).name() == "logical_xor");
  CHECK(logical_not(x).name() == "logical_not");
  CHECK(logical_not(x, {.name = "off"}).name() == "off");
}

TEST_CASE("what is no bool is refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output flag = placeholder(graph, DType::boolean, {2});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { logical_and(flag, x, {.name = "both"}); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": logical_and 'both': y is f32[2], but must be bool; compare, or cast it to bool");
  CHECK(caught<GraphError>([&] { logical_or(x, true); }).info().message ==
        "x is f32[2], but must be bool");
  CHECK(caught<GraphError>([&] { logical_xor(x, flag); }).info().op == "logical_xor");
  CHECK(caught<GraphError>([&] { logical_not(x); }).info().op == "logical_not");
  const auto numbers = caught<GraphError>([&] { logical_and(flag, Tensor{1, 2}); });
  CHECK(numbers.code() == ErrorCode::dtype_mismatch);
  CHECK(numbers.info().op == "logical_and");
  CHECK(numbers.info().message == "y is i32[2], but must be bool");
  CHECK(caught<GraphError>([&] { logical_or(Tensor{1.5F}, flag); }).info().message ==
        "x is f32[1], but must be bool");
  CHECK(caught<GraphError>([&] { logical_and(flag, 2); }).info().message ==
        "the scalar 2 has no value of dtype bool");
  CHECK(caught<GraphError>([&] { logical_and(flag, Output{}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([&] { logical_and(true, false); }).info().op == "logical_and");
  CHECK(graph.num_nodes() == 2);
}

}  // namespace
}  // namespace deft
