#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/ops/moved.hpp"

namespace deft {
namespace {

struct Case {
  Shape shape;
  std::vector<std::int64_t> repetitions;
};

const std::vector<Case> cases = {
    {{}, {}},
    {{3}, {1}},
    {{3}, {4}},
    {{1}, {5}},
    {{3}, {0}},
    {{0}, {4}},
    {{2, 3}, {2, 1}},
    {{2, 3}, {1, 3}},
    {{2, 3}, {3, 2}},
    {{300, 2}, {1, 50}},
    {{7, 1}, {1, 3000}},
    {{3}, {30000}},
    {{2, 20000}, {3, 1}},
    {{2, 20000}, {1, 3}},
    {{50000}, {2}},
    {{2, 3, 4, 5}, {2, 1, 3, 1}},
    {{3, 1, 4}, {1, 5, 1}},
};

TEST_CASE_TEMPLATE("tiles equal a plain loop", T, float, double, bool) {
  for (const Case& c : cases) {
    CAPTURE(c.shape.to_string());
    const Graph graph;
    const Tensor x = sample<T>(c.shape);
    const Output y = tile(constant(graph, x), c.repetitions);
    const Tensor expected = moved<T>(x, y.shape(), [&](Index index) {
      for (std::size_t i = 0; i < index.size(); ++i) index[i] %= c.shape.dims()[i];
      return std::optional(index);
    });
    CHECK(y.spec() == expected.spec());
    CHECK(evaluate(y) == expected);
    CHECK(same_for_all_splits(y, expected));
  }
}

TEST_CASE("tile is numpy.tile") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2}, {3, 4}});
  CHECK(evaluate(tile(x, {1, 2})) == Tensor{{1, 2, 1, 2}, {3, 4, 3, 4}});
  CHECK(evaluate(tile(x, {2, 1})) == Tensor{{1, 2}, {3, 4}, {1, 2}, {3, 4}});
  const Output open = placeholder(graph, DType::i32, {Shape::unknown, 2});
  CHECK(tile(open, {2, 3}).shape() == Shape{Shape::unknown, 6});
  CHECK(evaluate(tile(open, {2, 1}), {{open, Tensor{{5, 6}}}}) == Tensor{{5, 6}, {5, 6}});
}

TEST_CASE("bad repetitions are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { tile(x, {2}); }) == "1 repetitions are given, but the rank is 2");
  CHECK(message([&] { tile(x, {1, -2}); }) == "dimension 1 is to be repeated -2 times");
  CHECK(caught<GraphError>([&] { tile(x, {INT64_MAX, 1}); }).code() == ErrorCode::overflow);
  CHECK(caught<GraphError>([] { tile(Output{}, {2}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
