#include <deft/ops/gradients.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/state.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor values(std::initializer_list<double> list) {
  return Tensor::from<double>({static_cast<std::int64_t>(list.size())}, list);
}

Output scalar(const Graph& graph, double value) { return constant(graph, Tensor::scalar(value)); }

/// The gradient of sum(y) with respect to x, as a value.
Tensor gradient_of(const Output& y, const Output& x) {
  return evaluate(gradients(reduce_sum(y), {x}).at(0));
}

TEST_CASE("gradient is gradients of one y and one x") {
  const Graph graph;
  const Output x = constant(graph, values({1, 2, -3}));
  CHECK(evaluate(gradient(reduce_sum(x * x), x)) == values({2, 4, -6}));
  const Output seed = constant(graph, values({5, 7, 9}));
  CHECK(evaluate(gradient(x * 2, x, {.grad_ys = {seed}})) == values({10, 14, 18}));
  const int line = __LINE__ + 1;
  const auto error = caught<GradientError>([&] { gradient(x, x); });
  CHECK(error.info().where.line == line);
}

TEST_CASE("every use of an x counts") {
  const Graph graph;
  const Output x = constant(graph, values({1, 2, -3}));
  CHECK(gradient_of(x * x + 3 * x, x) == values({5, 7, -3}));
  CHECK(gradient_of(add_n({x, x, x}), x) == values({3, 3, 3}));
  const Output row = constant(graph, values({5}));
  CHECK(gradient_of(x * row + row, row) == values({3}));
}

TEST_CASE("contributions are added once and in the order of the nodes that use the value") {
  const Graph graph;
  const Output x = scalar(graph, 1);
  Output y = scalar(graph, 0);
  for (const double factor : {2, 3, 5, 7}) y = y + x * factor;
  const Output grad = gradients(y, {x}).at(0);
  REQUIRE(grad.node().op->name == "add_n");
  std::vector<double> terms;
  for (const Endpoint input : grad.node().inputs)
    terms.push_back(evaluate(graph.output(input)).item<double>());
  CHECK(terms == std::vector<double>{2, 3, 5, 7});
  CHECK(evaluate(grad).item<double>() == 17);
}

TEST_CASE("the gradient of a value with respect to itself is its seed") {
  const Graph graph;
  const Output x = constant(graph, values({1, 2}));
  const Output seed = constant(graph, values({5, 7}));
  CHECK(gradients(x, {x}, {.grad_ys = {seed}}).at(0) == seed);
  const Output y = scalar(graph, 3);
  CHECK(evaluate(gradients(y, {y}).at(0)) == Tensor::scalar(1.0));
  CHECK(evaluate(gradients({y, square(y)}, {y}).at(0)) == Tensor::scalar(7.0));
}

TEST_CASE("seeds weigh the elements of several ys") {
  const Graph graph;
  const Output x = constant(graph, values({1, 2}));
  const Output y = square(x);
  const Output z = 3 * x;
  const Output a = constant(graph, values({10, 100}));
  const Output b = constant(graph, values({0.5, 0.25}));
  CHECK(evaluate(gradients(y, {x}, {.grad_ys = {a}}).at(0)) == values({20, 400}));
  CHECK(evaluate(gradients({y, z}, {x}, {.grad_ys = {a, b}}).at(0)) == values({21.5, 400.75}));
  CHECK(evaluate(gradients({y, y}, {x}, {.grad_ys = {a, b}}).at(0)) == values({21, 401}));
  CHECK(evaluate(gradients(y, {a}, {.grad_ys = {a}}).at(0)) == values({0, 0}));
}

TEST_CASE("each x has its result and one may be asked for twice") {
  const Graph graph;
  const Output x = scalar(graph, 2);
  const Output z = scalar(graph, 5);
  const std::vector<Output> grads = gradients(x * x * z, {z, x, z});
  REQUIRE(grads.size() == 3);
  CHECK(evaluate(grads[0]).item<double>() == 4);
  CHECK(evaluate(grads[1]).item<double>() == 20);
  CHECK(evaluate(grads[2]).item<double>() == 4);
  CHECK(gradients(x, {}).empty());
}

TEST_CASE("an x may stand between others") {
  const Graph graph;
  const Output x = scalar(graph, 3);
  const Output h = square(x);
  const Output y = h * x;
  const std::vector<Output> grads = gradients(y, {x, h, y});
  CHECK(evaluate(grads[0]).item<double>() == 27);
  CHECK(evaluate(grads[1]).item<double>() == 3);
  CHECK(evaluate(grads[2]).item<double>() == 1);
}

TEST_CASE("an x may be any source") {
  const Graph graph;
  const Output fed = placeholder(graph, DType::f64, {Shape::unknown});
  const Output w = variable(zeros(graph, DType::f64, {2}));
  const Output filled = fill(graph, DType::f64, {2}, 3);
  const Output y = reduce_sum(fed * filled + 2 * w);
  const std::vector<Output> grads = gradients(y, {fed, w, filled});
  const auto value = [&](std::size_t i) {
    return evaluate(grads[i], {{fed, values({4, 5})}, {w, values({0, 0})}});
  };
  CHECK(value(0) == values({3, 3}));
  CHECK(value(1) == values({2, 2}));
  CHECK(value(2) == values({4, 5}));
}

TEST_CASE("stop_gradients takes values as constants") {
  const Graph graph;
  const Output a = scalar(graph, 2);
  const Output b = 3 * a;
  const Output y = a * b;
  const auto value = [&](const std::vector<Output>& stops, const Output& x) {
    return evaluate(gradients(y, {x}, {.stop_gradients = stops}).at(0)).item<double>();
  };
  CHECK(value({}, a) == 12);
  CHECK(value({b}, a) == 6);
  CHECK(value({b}, b) == 2);
  CHECK(value({a, b}, b) == 2);
  CHECK(value({y}, a) == 0);
  CHECK(value({scalar(graph, 1)}, a) == 12);
}

TEST_CASE("without a connection there are zeros or an error") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 2}, {.name = "x"});
  const Output before = scalar(graph, 1);
  const Output y = square(before);
  const Output after = square(y);
  const std::vector<Output> grads = gradients(y, {x, before, after});
  CHECK(grads[0].dtype() == DType::f32);
  CHECK(grads[0].shape() == x.shape());
  CHECK(evaluate(grads[0], {{x, Tensor::from<float>({1, 2}, {1, 2})}}) ==
        Tensor::zeros(DType::f32, {1, 2}));
  CHECK(evaluate(grads[1]).item<double>() == 2);
  CHECK(evaluate(grads[2]).item<double>() == 0);
  const auto refused = [&](const Output& of, const std::vector<Output>& stops) {
    const Error error = caught<GradientError>(
        [&] { gradients(y, {of}, {.stop_gradients = stops, .unconnected = Unconnected::error}); });
    return error.code() == ErrorCode::not_differentiable;
  };
  CHECK(refused(x, {}));
  CHECK(refused(after, {}));
  CHECK(refused(before, {y}));
  CHECK_NOTHROW(gradients(y, {before}, {.unconnected = Unconnected::error}));
  CHECK_NOTHROW(gradients(y, {y}, {.unconnected = Unconnected::error}));
}

TEST_CASE("a dependence by the shape alone is none") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output y = reduce_sum(square(ones_like(x) * 3.0F));
  const auto refuse = [&] { gradients(y, {x}, {.unconnected = Unconnected::error}); };
  CHECK(caught<GradientError>(refuse).code() == ErrorCode::not_differentiable);
  CHECK(evaluate(gradients(y, {x}).at(0), {{x, Tensor::zeros(DType::f32, {2})}}) ==
        Tensor::zeros(DType::f32, {2}));
  CHECK_NOTHROW(gradients(reduce_sum(ones_like(x) * x), {x}, {.unconnected = Unconnected::error}));
}

TEST_CASE("what is broadcast is summed also when dimensions are known in the run alone") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown});
  const Output y = reduce_sum(x * constant(graph, values({1, 2, 4})));
  const Output grad = gradients(y, {x}).at(0);
  CHECK(grad.shape() == x.shape());
  CHECK(evaluate(grad, {{x, values({5})}}) == values({7}));
  CHECK(evaluate(grad, {{x, values({5, 6, 7})}}) == values({1, 2, 4}));
}

TEST_CASE("gradients have the dtype of their x and pass no integer") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({2}, {1, 2}));
  const Output y = square(cast(x, DType::f64));
  CHECK(evaluate(gradients(reduce_sum(y), {x}).at(0)) == Tensor::from<float>({2}, {2, 4}));
  const Output rounded = cast(cast(x, DType::i32) * 3, DType::f32);
  CHECK(evaluate(gradients(reduce_sum(x * rounded), {x}).at(0)) ==
        Tensor::from<float>({2}, {3, 6}));
}

TEST_CASE("results can be differentiated again to any order") {
  const Graph graph;
  const Output x = constant(graph, values({1, 2, -3}));
  Output y = square(square(x));
  const std::vector<Tensor> expected = {values({4, 32, -108}), values({12, 48, 108}),
                                        values({24, 48, -72}), values({24, 24, 24}),
                                        values({0, 0, 0})};
  for (const Tensor& value : expected) {
    y = gradients(reduce_sum(y), {x}).at(0);
    CHECK(evaluate(y) == value);
  }
}

/// x f64[] -> x^2, x^3. The gradient rule must bear with outputs on which nothing depends.
constexpr OpDef powers_op{
    .name = "powers",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      return {context.inputs[0], context.inputs[0]};
    },
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      const Output& x = context.inputs[0];
      std::vector<Output> terms;
      if (!context.grads[0].is_empty()) terms.push_back(context.grads[0] * 2 * x);
      if (!context.grads[1].is_empty()) terms.push_back(context.grads[1] * 3 * square(x));
      return {add_n(terms)};
    },
};

TEST_CASE("an operation may have several outputs") {
  const Graph graph;
  const Output x = scalar(graph, 2);
  const Outputs powers = graph.add(powers_op, {x}, {}, {});
  const Output squared = powers[0];
  const Output cubed = powers[1];
  const Output y = 5 * squared + 7 * cubed;
  const std::vector<std::pair<Output, Tensor>> only_shape = {{squared, Tensor::scalar(0.0)},
                                                             {cubed, Tensor::scalar(0.0)}};
  const auto value = [&](const Output& of, const Output& at, const GradientOptions& options = {}) {
    return evaluate(gradients(of, {at}, options).at(0), only_shape).item<double>();
  };
  CHECK(value(squared, x) == 4);
  CHECK(value(cubed, x) == 12);
  CHECK(value(y, x) == 5 * 4 + 7 * 12);
  CHECK(value(y, squared) == 5);
  CHECK(value(y, cubed) == 7);
  CHECK(value(y, x, {.stop_gradients = {cubed}}) == 5 * 4);
  CHECK(value(y, x, {.stop_gradients = {squared}}) == 7 * 12);
  CHECK(value(y, x, {.stop_gradients = {squared, cubed}}) == 0);
  CHECK(value(cubed, squared) == 0);
}

TEST_CASE("nodes of a gradient have the line of their forward node and a scope") {
  const Graph graph;
  const Output x = scalar(graph, 2);
  const int line = __LINE__ + 1;
  const Output y = exp(x) * x;
  const Output shift = neg(y);
  const auto first = static_cast<NodeId>(graph.num_nodes());
  const int call = __LINE__ + 1;
  const Output grad = gradients(shift, {x}).at(0);
  REQUIRE(graph.num_nodes() > first);
  for (NodeId id = first; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    CAPTURE(node.name());
    CHECK(node.name().starts_with("gradients/"));
    CHECK(std::string(node.where.file) == __FILE__);
    const std::string_view op = node.op->name;
    const int expected = op == "ones_like" ? call
                         : op == "neg"     ? shift.node().where.line
                         : op == "add_n"   ? x.node().where.line
                                           : line;
    CHECK(node.where.line == expected);
  }
  CHECK(evaluate(grad).item<double>() == doctest::Approx(-3 * std::exp(2)));
  CHECK(neg(y).name() == "neg_1");
}

TEST_CASE("what lies outside is not differentiated") {
  const Graph graph;
  const Output x = scalar(graph, 1);
  const Output w = variable(graph, Tensor::scalar(2.0));
  const Output assigned = assign(w, square(x));
  const Output y = square(x);
  CHECK_NOTHROW(gradients(y, {x}));
  CHECK_NOTHROW(gradients(y * assigned, {y}));
  CHECK_THROWS_AS(gradients(y * assigned, {x}), GradientError);
  CHECK_NOTHROW(gradients(y * stop_gradient(assigned), {x}));
  CHECK_NOTHROW(gradients(y * assigned, {x}, {.stop_gradients = {assigned}}));
}

}  // namespace
}  // namespace deft
