#include "gradients/gradient_check.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/state.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// The refusal of a gradient, which must leave the graph as it was.
Error refusal(const Graph& graph, const std::vector<Output>& ys, const std::vector<Output>& xs,
              GradientOptions options = {}) {
  const std::size_t nodes = graph.num_nodes();
  options.where = {"model.cpp", 42};
  const Error error = caught<GradientError>([&] { gradients(ys, xs, options); });
  CHECK(graph.num_nodes() == nodes);
  CHECK(std::string(error.what()).starts_with("model.cpp:42: gradients: "));
  return error;
}

bool says(const Error& error, const std::string& text) {
  return error.info().message.find(text) != std::string::npos;
}

TEST_CASE("handles must be outputs of one graph") {
  const Graph graph;
  const Graph other;
  const Output x = zeros(graph, DType::f64, {}, {.name = "x"});
  const Output far = zeros(other, DType::f64, {}, {.name = "far"});
  const Output nothing = no_op(graph, {.name = "nothing"});

  CHECK(refusal(graph, {}, {x}).code() == ErrorCode::invalid_argument);
  CHECK(refusal(graph, {Output{}}, {x}).code() == ErrorCode::empty_handle);
  CHECK(says(refusal(graph, {x}, {x, Output{}}), "xs[1] is an empty Output"));
  CHECK(says(refusal(graph, {x, Output{}}, {x}), "ys[1] is an empty Output"));
  CHECK(says(refusal(graph, {x}, {x}, {.stop_gradients = {Output{}}}), "stop_gradients[0]"));
  CHECK(says(refusal(graph, {x}, {x}, {.grad_ys = {Output{}}}), "grad_ys[0]"));
  const Error foreign = refusal(graph, {x}, {far});
  CHECK(foreign.code() == ErrorCode::wrong_graph);
  CHECK(says(foreign, "xs[0], 'far', belongs to another graph"));
  CHECK(says(refusal(graph, {nothing}, {x}), "'nothing', is an operation without output"));
}

TEST_CASE("only floating values have gradients") {
  const Graph graph;
  const Output x = zeros(graph, DType::f64, {});
  const Output n = zeros(graph, DType::i32, {}, {.name = "n"});
  const Error of_y = refusal(graph, {n}, {x});
  CHECK(of_y.code() == ErrorCode::dtype_mismatch);
  CHECK(says(of_y, "ys contains 'n' of dtype i32"));
  CHECK(says(refusal(graph, {x}, {n}), "xs contains 'n' of dtype i32"));
}

TEST_CASE("a y that is no scalar needs a seed of its kind") {
  const Graph graph;
  const Output x = zeros(graph, DType::f64, {3}, {.name = "x"});
  const Output open = placeholder(graph, DType::f64, {Shape::unknown}, {.name = "open"});
  const Output one = zeros(graph, DType::f64, {1, 1});
  const Output narrow = zeros(graph, DType::f32, {3});

  const Error unseeded = refusal(graph, {x}, {x});
  CHECK(unseeded.code() == ErrorCode::shape_mismatch);
  CHECK(says(unseeded, "'x' has the shape [3]"));
  CHECK(says(refusal(graph, {open}, {open}), "'open' has the shape [?]"));
  CHECK(says(refusal(graph, {x, one}, {x}, {.grad_ys = {x}}), "2 ys, but 1 grad_ys"));
  CHECK(says(refusal(graph, {x}, {x}, {.grad_ys = {narrow}}), "grad_ys[0] is f32[3]"));
  CHECK(says(refusal(graph, {x}, {x}, {.grad_ys = {one}}), "but 'x' is f64[3]"));
  CHECK_NOTHROW(gradients(one, {one}));
  CHECK_NOTHROW(gradients(open, {open}, {.grad_ys = {x}}));
}

TEST_CASE("an operation without a rule is named with a path to it") {
  const Graph graph;
  const Output x = zeros(graph, DType::f64, {}, {.name = "x"});
  const Output w = variable(zeros(graph, DType::f64, {}), {.name = "w"});
  const Output step = assign(w, exp(x), {.name = "step"});
  const Output half = mul(step, 0.5, {.name = "half"});
  const Output loss = square(half, {.name = "loss"});
  const Error error = caught<GradientError>([&] {
    gradients(loss, {x}, {.where = {"model.cpp", 42}});
  });
  CHECK(error.code() == ErrorCode::not_differentiable);
  CHECK(error.info().op == "assign");
  CHECK(error.info().node == "step");
  CHECK(says(error, "(on the path loss <- half <- step)"));
  CHECK(std::string(error.what()).starts_with("model.cpp:42: assign 'step': "));

  Output deep = loss;
  for (int i = 0; i < 1000; ++i) deep = neg(deep);
  const Error shortened = caught<GradientError>([&] { gradients(deep, {x}); });
  CHECK(says(shortened,
             "(on the path neg_999 <- neg_998 <- neg_997 <- neg_996 <- ... <- neg <- loss <- half "
             "<- step)"));
}

TEST_CASE("a missing connection is named") {
  const Graph graph;
  const Output x = zeros(graph, DType::f64, {}, {.name = "x"});
  const Output y = zeros(graph, DType::f64, {}, {.name = "y"});
  const Error error =
      caught<GradientError>([&] { gradients(y, {x}, {.unconnected = Unconnected::error}); });
  CHECK(error.code() == ErrorCode::not_differentiable);
  CHECK(says(error, "'y' does not depend on 'x'"));
}

/// x f64[3] -> f64[3] under a rule that is wrong.
template <OpDef::Gradient rule>
constexpr OpDef misruled{
    .name = "misruled",
    .arity = {1, 1},
    .infer = [](const InferContext& context) { return std::vector{context.inputs[0]}; },
    .gradient = rule,
};

std::vector<Output> no_entry(const GradientContext&) { return {}; }
std::vector<Output> other_dtype(const GradientContext& context) {
  return {cast(context.grads[0], DType::f32)};
}
std::vector<Output> other_shape(const GradientContext& context) {
  return {reduce_sum(context.grads[0])};
}

TEST_CASE("what a rule gives is checked") {
  const Graph graph;
  const Output x = zeros(graph, DType::f64, {3});
  const auto differentiate = [&](const OpDef& op) {
    gradients(reduce_sum(graph.add(op, {x}, {}, {.name = "faulty"})), {x});
  };
  const Error missing = caught<GradientError>([&] { differentiate(misruled<no_entry>); });
  CHECK(missing.info().op == "misruled");
  CHECK(missing.info().node == "faulty");
  CHECK(says(missing, "gave 0 entries for 1 input"));
  const Error mistyped = caught<GradientError>([&] { differentiate(misruled<other_dtype>); });
  CHECK(says(mistyped, "gave f32[3] for input 0 of f64[3]"));
  CHECK_THROWS_AS(differentiate(misruled<other_shape>), Error);
}

}  // namespace
}  // namespace deft
