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

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

struct Case {
  Shape shape;
  std::size_t axis;
};

const std::vector<Case> cases = {
    {{5}, 0},       {{1}, 0},        {{0, 2}, 0},     {{4, 3}, 0},  {{4, 3}, 1},
    {{2, 5, 4}, 1}, {{3, 20001}, 1}, {{3, 20001}, 0}, {{50000}, 0},
};
const std::vector<std::int64_t> shifts = {0, 1, -1, 7, -20002, highest, -highest};

TEST_CASE_TEMPLATE("rolls equal a plain loop", T, float, double, bool) {
  for (const Case& c : cases)
    for (const std::int64_t shift : shifts) {
      CAPTURE(c.shape.to_string());
      CAPTURE(shift);
      const Graph graph;
      const Tensor x = sample<T>(c.shape);
      const Output y = roll(constant(graph, x), shift, static_cast<std::int64_t>(c.axis));
      const std::int64_t dim = c.shape.dims()[c.axis];
      const Tensor expected = moved<T>(x, c.shape, [&](Index index) {
        std::int64_t& at = index[c.axis];
        at = ((at - shift % dim) % dim + dim) % dim;
        return std::optional(index);
      });
      CHECK(evaluate(y) == expected);
      CHECK(same_for_all_splits(y, expected));
    }
}

TEST_CASE("elements go toward the end, and what leaves there comes in at the front") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2, 3}, {4, 5, 6}});
  CHECK(evaluate(roll(x, 1, 1)) == Tensor{{3, 1, 2}, {6, 4, 5}});
  CHECK(evaluate(roll(x, -1, -1)) == Tensor{{2, 3, 1}, {5, 6, 4}});
  CHECK(evaluate(roll(x, 3, 0)) == Tensor{{4, 5, 6}, {1, 2, 3}});
  const Output open = placeholder(graph, DType::i32, {Shape::unknown});
  CHECK(evaluate(roll(open, 4, 0), {{open, Tensor{1, 2, 3}}}) == Tensor{3, 1, 2});
}

TEST_CASE("bad rolls are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  CHECK(caught<GraphError>([&] { roll(x, 1, 2); }).info().message ==
        "axis 2 is outside the rank 2");
  CHECK(caught<GraphError>([&] { roll(x, -highest - 1, 0); }).info().message ==
        "the shift -9223372036854775808 cannot be undone by its opposite");
  CHECK(caught<GraphError>([] { roll(Output{}, 1, 0); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
