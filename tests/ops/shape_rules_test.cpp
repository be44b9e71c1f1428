#include "shape_rules.hpp"

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

const Attributes none;
const InferContext context{{}, none};

TEST_CASE("broadcasting of two shapes") {
  CHECK(broadcast_shapes(context, {2, 1}, {3}) == Shape{2, 3});
  CHECK(broadcast_shapes(context, {}, {4, 5}) == Shape{4, 5});
  CHECK(broadcast_shapes(context, {0}, {1}) == Shape{0});
  CHECK_THROWS_AS(broadcast_shapes(context, {0}, {2}), Refusal);
  CHECK_THROWS_AS(broadcast_shapes(context, {2, 3}, {2}), Refusal);
}

TEST_CASE("broadcasting of unknown dimensions") {
  CHECK(broadcast_shapes(context, {unknown}, {7}) == Shape{7});
  CHECK(broadcast_shapes(context, {unknown}, {1}) == Shape{unknown});
  CHECK(broadcast_shapes(context, {1}, {unknown}) == Shape{unknown});
  CHECK(broadcast_shapes(context, {unknown}, {unknown}) == Shape{unknown});
  CHECK(broadcast_shapes(context, {unknown}, {0}) == Shape{0});
}

TEST_CASE("broadcasting onto a shape") {
  CHECK(broadcast_onto(context, {1, 3}, {2, 3}) == Shape{2, 3});
  CHECK(broadcast_onto(context, {3}, {unknown, unknown}) == Shape{unknown, 3});
  CHECK(broadcast_onto(context, {1}, {unknown}) == Shape{unknown});
  CHECK(broadcast_onto(context, {unknown}, {5}) == Shape{5});
  CHECK_THROWS_AS(broadcast_onto(context, {2}, {1}), Refusal);
  CHECK_THROWS_AS(broadcast_onto(context, {1, 1}, {1}), Refusal);
}

TEST_CASE("axes are normalised in the order given") {
  const std::vector<std::int64_t> axes{-1, 0};
  CHECK(normalize_axes(context, axes, 3) == std::vector<std::size_t>{2, 0});
  CHECK(axis_set(none, 3).to_ulong() == 0b111);
  CHECK(axis_set({{"axes", axes}}, 3).to_ulong() == 0b101);
  CHECK(axis_set({{"axes", std::vector<std::int64_t>{}}}, 3).none());
}

TEST_CASE("axes that a broadcast would repeat") {
  CHECK(repeated_axes({4, 3, 1}, {3, 1}).to_ulong() == 0b001);
  CHECK(repeated_axes({4, 3}, {4, 3}).none());
  CHECK(repeated_axes({4, 3}, {1, 1}).to_ulong() == 0b011);
}

}  // namespace
}  // namespace deft
