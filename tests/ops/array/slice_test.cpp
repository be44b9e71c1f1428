#include <cstdint>
#include <limits>
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
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

struct OfFive {
  Slice slice;
  std::vector<std::int32_t> positions;  // list(range(5))[begin:end:step], as Python has it
};

const std::vector<OfFive> of_five = {
    {{}, {0, 1, 2, 3, 4}},
    {{{}, {}, -1}, {4, 3, 2, 1, 0}},
    {{0, 0, 1}, {}},
    {{5, 0, -1}, {4, 3, 2, 1}},
    {{4, {}, -2}, {4, 2, 0}},
    {{{}, -1, 1}, {0, 1, 2, 3}},
    {{-3, {}, 1}, {2, 3, 4}},
    {{-9, 9, 1}, {0, 1, 2, 3, 4}},
    {{9, -9, -1}, {4, 3, 2, 1, 0}},
    {{-1, -9, -3}, {4, 1}},
    {{-9, {}, 3}, {0, 3}},
    {{2, 2, 1}, {}},
    {{3, 1, 1}, {}},
    {{{}, {}, 2}, {0, 2, 4}},
    {{{}, 0, -1}, {4, 3, 2, 1}},
    {{0, {}, -1}, {0}},
    {{-5, 5, 4}, {0, 4}},
    {{-6, {}, 2}, {0, 2, 4}},
    {{highest, lowest, lowest}, {4}},
    {{lowest, highest, highest}, {0}},
    {{1, 4, 2}, {1, 3}},
    {{{}, {}, 7}, {0}},
    {{3, {}, -7}, {3}},
};

TEST_CASE("positions are those of Python") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0, 1, 2, 3, 4});
  const Output open = placeholder(graph, DType::i32, {unknown});
  for (const OfFive& of : of_five) {
    CAPTURE(of.slice.begin.value_or(99));
    CAPTURE(of.slice.end.value_or(99));
    CAPTURE(of.slice.step);
    const Tensor expected = Tensor::from(of.positions);
    const Output y = slice(x, {of.slice});
    CHECK(y.shape() == expected.shape());
    CHECK(evaluate(y) == expected);
    const Output later = slice(open, -1, of.slice);
    CHECK(later.shape() == Shape{unknown});
    CHECK(evaluate(later, {{open, Tensor{0, 1, 2, 3, 4}}}) == expected);
    Tensor back = Tensor::zeros(DType::i32, {5});
    for (const std::int32_t at : of.positions) back.set({at}, at);
    CHECK(evaluate(unslice(y, x, {of.slice})) == back);
    const Output none = zeros(graph, DType::i32, {0});
    CHECK(slice(none, {of.slice}).shape() == Shape{0});
  }
}

struct Case {
  Shape shape;
  std::vector<Slice> slices;
};

const std::vector<Case> cases = {
    {{}, {}},
    {{7}, {}},
    {{3, 4}, {{1, 2}}},
    {{3, 4}, {{}, {1, 3}}},
    {{3, 4}, {{}, {0, 1}}},
    {{3, 4}, {{.step = -1}, {.step = -1}}},
    {{3, 4}, {{}, {.step = -2}}},
    {{1000, 70}, {{1, -1}, {3, 60}}},
    {{1000, 70}, {{.step = 3}}},
    {{1000, 70}, {{}, {.begin = 5, .step = 7}}},
    {{2, 40000}, {{}, {1, -1}}},
    {{2, 40000}, {{}, {.step = -3}}},
    {{100000}, {{5, 90000}}},
    {{100000}, {{.begin = 3, .step = 2}}},
    {{100000}, {{.step = -1}}},
    {{5, 6, 7, 8}, {{1, 3}, {.step = 2}, {}, {2, 6}}},
    {{5, 6, 7, 8}, {{}, {.step = -1}}},
    {{5, 6, 7, 8}, {{2, 3}, {4, 5}, {1, 2}, {3, 4}}},
    {{3, 2, 30000}, {{1, 3}, {.step = -1}}},
    {{3, 4}, {{5, 9}}},
    {{0, 4}, {{}, {1, 2}}},
};

/// Position k of the slice, of dimension `dim`, that reads position 0 first.
std::int64_t position(const Slice& of, std::int64_t dim, std::int64_t k) {
  const std::int64_t first = of.begin.value_or(of.step > 0 ? 0 : dim - 1);
  return (first < 0 ? first + dim : first) + k * of.step;
}

TEST_CASE_TEMPLATE("slices and what undoes them equal a plain loop", T, float, double, bool) {
  for (const Case& c : cases) {
    CAPTURE(c.shape.to_string());
    const Graph graph;
    const Tensor x = sample<T>(c.shape);
    const Output y = slice(constant(graph, x), c.slices);
    const Tensor expected = moved<T>(x, y.shape(), [&](Index index) {
      for (std::size_t i = 0; i < c.slices.size(); ++i)
        index[i] = position(c.slices[i], c.shape.dims()[i], index[i]);
      return std::optional(index);
    });
    CHECK(evaluate(y) == expected);
    CHECK(same_for_all_splits(y, expected));

    Tensor back = Tensor::zeros(dtype_of<T>(), c.shape);
    std::size_t at = 0;
    for_each_index(y.shape(), [&](std::span<const std::int64_t> of) {
      Index index(of.begin(), of.end());
      for (std::size_t i = 0; i < c.slices.size(); ++i)
        index[i] = position(c.slices[i], c.shape.dims()[i], index[i]);
      back.mutable_data<T>()[broadcast_index(index, c.shape)] = expected.data<T>()[at++];
    });
    const Output undone = unslice(y, zeros(graph, DType::i64, c.shape), c.slices);
    CHECK(undone.spec() == back.spec());
    CHECK(evaluate(undone) == back);
    CHECK(same_for_all_splits(undone, back));
  }
}

TEST_CASE("a slice of one axis, and reverse") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2, 3}, {4, 5, 6}});
  CHECK(evaluate(slice(x, 1, {0, 2})) == Tensor{{1, 2}, {4, 5}});
  CHECK(evaluate(slice(x, -1, {.begin = -1})) == Tensor{{3}, {6}});
  CHECK(evaluate(slice(x, {{1}, {.step = 2}})) == Tensor{{4, 6}});
  CHECK(evaluate(reverse(x)) == Tensor{{6, 5, 4}, {3, 2, 1}});
  CHECK(evaluate(reverse(x, {-1})) == Tensor{{3, 2, 1}, {6, 5, 4}});
  CHECK(evaluate(reverse(x, {0})) == Tensor{{4, 5, 6}, {1, 2, 3}});
  CHECK(reverse(x, std::vector<std::int64_t>{}).shape() == x.shape());
  const Output scalar = constant(graph, Tensor::scalar(4));
  CHECK(evaluate(reverse(scalar)) == Tensor::scalar(4));
}

TEST_CASE("what is known of a slice before the run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 6, unknown});
  CHECK(slice(x, {{0, 3}, {1, -1}}).shape() == Shape{unknown, 4, unknown});
  const Output part = placeholder(graph, DType::i32, {unknown, 4, 7});
  const Output y = unslice(part, x, {{0, 3}, {1, -1}});
  CHECK(y.spec() == TensorSpec{DType::i32, {unknown, 6, unknown}});
  CHECK(y.node().op->needs_value(0));
  CHECK_FALSE(y.node().op->needs_value(1));
}

TEST_CASE("a slice of everything forwards its input") {
  const TensorSpec spec{DType::f32, {2, 3}};
  const Graph graph;
  const Output x = placeholder(graph, spec.dtype, spec.shape);
  for (const Output& y : {slice(x, {{0, 9}, {}}), unslice(x, x, {{}, {-3}})}) {
    const std::vector<TensorSpec> inputs(y.node().inputs.size(), spec);
    CHECK(y.node().op->kernel({inputs, {&spec, 1}, *y.node().attributes}).forwards);
  }
}

TEST_CASE("bad slices are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { slice(x, 1, {.step = 0}); }) == "the step along axis 1 is 0");
  CHECK(message([&] { slice(x, {{}, {}, {0, 1}}); }) == "axis 2 is outside the rank 2");
  CHECK(message([&] { slice(x, -3, {}); }) == "axis -3 is outside the rank 2");
  CHECK(message([&] { reverse(x, {1, -1}); }) == "axis -1 of rank 2 is given twice");
  CHECK(message([&] {
          unslice(x, placeholder(graph, DType::f32, {5, 3}), {{1, 4}});
        }) == "x has the shape [2, 3], but the slices of [5, 3] have [3, 3]");
  CHECK(caught<GraphError>([] { reverse(Output{}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([] { slice(Output{}, {{0, 1}}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
