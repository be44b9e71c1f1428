#include <cmath>
#include <cstdint>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

struct Case {
  Shape condition;
  Shape x;
  Shape y;
  Shape result;
};

const std::vector<Case> cases = {
    {Shape{}, Shape{}, Shape{}, Shape{}},
    {Shape{0}, Shape{0}, Shape{1}, Shape{0}},
    {Shape{100}, Shape{100}, Shape{100}, Shape{100}},
    {Shape{}, Shape{100}, Shape{}, Shape{100}},
    {Shape{}, Shape{}, Shape{100}, Shape{100}},
    {Shape{100}, Shape{}, Shape{100}, Shape{100}},
    {Shape{100}, Shape{100}, Shape{}, Shape{100}},
    {Shape{100}, Shape{}, Shape{}, Shape{100}},
    {Shape{50, 1}, Shape{1, 40}, Shape{50, 40}, Shape{50, 40}},
    {Shape{50, 1}, Shape{40}, Shape{50, 1}, Shape{50, 40}},
    {Shape{400, 3}, Shape{3}, Shape{400, 1}, Shape{400, 3}},
    {Shape{1, 3}, Shape{400, 1}, Shape{}, Shape{400, 3}},
    {Shape{20001}, Shape{20001}, Shape{}, Shape{20001}},
};

TEST_CASE_TEMPLATE("where equals a plain loop", T, float, double, std::int32_t, std::int64_t, bool,
                   std::uint8_t, std::int16_t, std::uint32_t, std::uint64_t, Half, BFloat16) {
  for (const Case& shapes : cases) {
    CAPTURE(shapes.condition.to_string());
    CAPTURE(shapes.x.to_string());
    CAPTURE(shapes.y.to_string());
    const Graph graph;
    const Tensor condition = sample<bool>(shapes.condition, 5);
    const Tensor x = sample<T>(shapes.x, 1);
    const Tensor y = sample<T>(shapes.y, 2);
    const Output z = where(constant(graph, condition), constant(graph, x), constant(graph, y));
    REQUIRE(z.spec() == TensorSpec{dtype_of<T>(), shapes.result});
    Tensor expected = Tensor::zeros(dtype_of<T>(), shapes.result);
    std::size_t at = 0;
    for_each_index(shapes.result, [&](std::span<const std::int64_t> index) {
      const bool holds = condition.data<bool>()[broadcast_index(index, shapes.condition)];
      expected.mutable_data<T>()[at++] = holds ? x.data<T>()[broadcast_index(index, shapes.x)]
                                               : y.data<T>()[broadcast_index(index, shapes.y)];
    });
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      CHECK(same_bytes(evaluate(z), expected));
      CHECK(same_for_all_splits(z, expected));
    }
  }
}

TEST_CASE("scalars take the dtype of the other side") {
  const Graph graph;
  const Output condition = constant(graph, Tensor::from<bool>({2}, {true, false}));
  const Output x = constant(graph, Tensor::from<float>({2}, {1, 2}));
  CHECK(evaluate(where(condition, x, 0)) == Tensor::from<float>({2}, {1, 0}));
  CHECK(evaluate(where(condition, 0.5, x)) == Tensor::from<float>({2}, {0.5F, 2}));
}

TEST_CASE("where_safe computes nothing where the condition does not hold") {
  const Graph graph;
  const Output x = constant(graph, {-1.0, 0.0, 4.0});
  const auto root = [](const Output& v) { return sqrt(v); };
  const Output y = where_safe(x > 0, x, root, 7);
  CHECK(evaluate(y) == Tensor{7.0, 7.0, 2.0});
  CHECK(evaluate(gradient(y, x, {.grad_ys = {ones_like(y)}})) == Tensor{0.0, 0.0, 0.25});
  // The trap: plain `where` has no number there.
  const Output plain = where(x > 0, sqrt(x), 7);
  CHECK(evaluate(plain) == Tensor{7.0, 7.0, 2.0});
  const Tensor lost = evaluate(gradient(plain, x, {.grad_ys = {ones_like(plain)}}));
  CHECK(std::isnan(lost.at<double>(0)));
  CHECK(lost.at<double>(2) == 0.25);
}

TEST_CASE("where_safe gives the function what it is told to") {
  const Graph graph;
  const Output x = constant(graph, {2.0F, -3.0F});
  Output seen;
  const auto f = [&](const Output& v) {
    seen = v;
    return log(v);
  };
  const int line = __LINE__ + 1;
  const Output y = where_safe(x > 0, x, f, x, {.safe = 5, .name = "y"});
  CHECK(evaluate(seen) == Tensor{2.0F, 5.0F});
  CHECK(evaluate(y).at<float>(1) == -3.0F);
  CHECK(y.name() == "y");
  CHECK(y.node().where.line == line);
  CHECK(caught<GraphError>([&] { where_safe(x > 0, x, nullptr, 0); }).info().op == "where_safe");
  const auto error = caught<GraphError>([&] { where_safe(x > 0, x, f, 0, {.safe = 1e300}); });
  CHECK(error.info().where.line == __LINE__ - 1);
}

TEST_CASE("wrong operands are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output flag = placeholder(graph, DType::boolean, {2});
  const auto condition = caught<GraphError>([&] { where(x, x, x); });
  CHECK(condition.code() == ErrorCode::dtype_mismatch);
  CHECK(condition.info().message == "the condition is f32, but must be bool");
  const auto scalars = caught<GraphError>([&] { where(flag, 1, 0); });
  CHECK(scalars.info().op == "where");
  CHECK(caught<GraphError>([&] { where(flag, x, placeholder(graph, DType::i32, {})); }).code() ==
        ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { where(flag, x, placeholder(graph, DType::f32, {3})); }).code() ==
        ErrorCode::shape_mismatch);
}

}  // namespace
}  // namespace deft
