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

constexpr std::int64_t unknown = Shape::unknown;
constexpr PadMode modes[] = {PadMode::constant, PadMode::edge, PadMode::reflect, PadMode::symmetric,
                             PadMode::wrap};

struct Case {
  Shape shape;
  Paddings paddings;
};

const std::vector<Case> cases = {
    {{}, {}},
    {{4}, {{1, 3}}},
    {{4}, {{0, 0}}},
    {{1, 4}, {{0, 0}, {3, 2}}},
    {{3, 2}, {{2, 1}, {0, 1}}},
    {{3, 1, 4}, {{0, 0}, {0, 0}, {1, 2}}},
    {{2, 5, 3, 6}, {{0, 0}, {2, 2}, {1, 1}, {0, 0}}},
    {{2, 5, 3, 6}, {{0, 1}, {0, 0}, {0, 0}, {1, 0}}},
    {{40, 1, 500}, {{3, 4}, {0, 0}, {0, 0}}},
    {{3, 20000}, {{1, 1}, {0, 0}}},
    {{3, 20000}, {{2, 0}, {7, 500}}},
    {{40000}, {{30000, 9}}},
    {{2, 3, 40000}, {{0, 0}, {1, 1}, {0, 0}}},
    {{2, 7, 9000}, {{0, 0}, {3, 3}, {0, 0}}},
};

/// The position of a dimension that stands at `at` behind its first one, or before it.
std::optional<std::int64_t> shown(PadMode mode, std::int64_t at, std::int64_t dim) {
  if (at >= 0 && at < dim) return at;
  switch (mode) {
    case PadMode::constant:
      return std::nullopt;
    case PadMode::edge:
      return at < 0 ? 0 : dim - 1;
    case PadMode::reflect:
      return at < 0 ? -at : 2 * dim - 2 - at;
    case PadMode::symmetric:
      return at < 0 ? -at - 1 : 2 * dim - 1 - at;
    case PadMode::wrap:
      return (at % dim + dim) % dim;
  }
  return std::nullopt;
}

TEST_CASE_TEMPLATE("paddings equal a plain loop", T, float, std::int64_t, bool) {
  for (const PadMode mode : modes)
    for (const Case& c : cases) {
      CAPTURE(static_cast<int>(mode));
      CAPTURE(c.shape.to_string());
      const Graph graph;
      const Tensor x = sample<T>(c.shape);
      const Output y = pad(constant(graph, x), c.paddings, {.mode = mode, .value = 1});
      const Tensor expected = moved<T>(
          x, y.shape(),
          [&](Index index) -> std::optional<Index> {
            for (std::size_t i = 0; i < index.size(); ++i) {
              const auto at = shown(mode, index[i] - c.paddings[i].first, c.shape.dims()[i]);
              if (!at) return std::nullopt;
              index[i] = *at;
            }
            return index;
          },
          T{1});
      CHECK(y.spec() == expected.spec());
      CHECK(evaluate(y) == expected);
      CHECK(same_for_all_splits(y, expected));
    }
}

/// numpy.pad([1, 2, 3], (2, 2), mode)
TEST_CASE("the modes are those of NumPy") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1, 2, 3});
  CHECK(evaluate(pad(x, {{2, 2}})) == Tensor{0, 0, 1, 2, 3, 0, 0});
  CHECK(evaluate(pad(x, {{2, 2}}, {.value = -7})) == Tensor{-7, -7, 1, 2, 3, -7, -7});
  CHECK(evaluate(pad(x, {{2, 2}}, {.mode = PadMode::edge})) == Tensor{1, 1, 1, 2, 3, 3, 3});
  CHECK(evaluate(pad(x, {{2, 2}}, {.mode = PadMode::reflect})) == Tensor{3, 2, 1, 2, 3, 2, 1});
  CHECK(evaluate(pad(x, {{2, 2}}, {.mode = PadMode::symmetric})) == Tensor{2, 1, 1, 2, 3, 3, 2});
  CHECK(evaluate(pad(x, {{3, 3}}, {.mode = PadMode::symmetric})) ==
        Tensor{3, 2, 1, 1, 2, 3, 3, 2, 1});
}

TEST_CASE("nothing is padded with a constant alone") {
  const Graph graph;
  const Output none = zeros(graph, DType::f32, {0, 2});
  CHECK(evaluate(pad(none, {{1, 0}, {0, 1}}, {.value = 2})) == Tensor{{2.0F, 2.0F, 2.0F}});
  CHECK(pad(none, {{0, 0}, {1, 1}}, {.mode = PadMode::edge}).shape() == Shape{0, 4});
  CHECK(caught<GraphError>([&] {
          pad(none, {{1, 0}, {0, 0}}, {.mode = PadMode::edge});
        })
            .info()
            .message == "dimension 0 of [0, 2] is 0, too little for a padding of 1 in mode edge");
}

TEST_CASE("a dimension that is known only in a run is checked there") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {unknown});
  const Output y = pad(x, {{0, 2}}, {.mode = PadMode::reflect});
  CHECK(y.shape() == Shape{unknown});
  CHECK(evaluate(y, {{x, Tensor{1, 2, 3}}}) == Tensor{1, 2, 3, 2, 1});
  CHECK_THROWS_AS(evaluate(y, {{x, Tensor{1, 2}}}), Refusal);
}

TEST_CASE("bad paddings are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {2, 3});
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { pad(x, {{1, 1}}); }) == "1 pairs are given, but the rank is 2");
  CHECK(message([&] { pad(x, {{0, 0}, {-1, 0}}); }) == "a padding of dimension 1 is -1");
  CHECK(message([&] {
          pad(x, {{0, 2}, {0, 0}}, {.mode = PadMode::reflect});
        }) == "dimension 0 of [2, 3] is 2, too little for a padding of 2 in mode reflect");
  CHECK(message([&] {
          pad(x, {{0, 3}, {0, 0}}, {.mode = PadMode::symmetric});
        }) == "dimension 0 of [2, 3] is 2, too little for a padding of 3 in mode symmetric");
  CHECK(message([&] {
          pad(x, {{0, 0}, {0, 1}}, {.value = 0.5});
        }) == "the scalar 0.5 has no value of dtype i32");
  CHECK(message([&] {
          pad(x, {{0, 0}, {0, 1}}, {.mode = static_cast<PadMode>(9)});
        }) == "there is no mode '9'");
  CHECK(caught<GraphError>([&] {
          pad(x, {{INT64_MAX, 1}, {0, 0}});
        }).code() == ErrorCode::overflow);
  CHECK(caught<GraphError>([] { pad(Output{}, {{0, 1}}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
