#include <cmath>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

TEST_CASE("layers hold variables under their names") {
  const Graph graph;
  const Random random(graph);
  const NameScope scope(graph, "model");
  const Dense dense(random, 3, 2, {.name = "first"});
  CHECK(dense.weight.name() == "model/first/weight");
  CHECK(dense.bias.name() == "model/first/bias");
  CHECK(dense.weight.shape() == Shape{3, 2});
  CHECK(is_trainable(dense.weight));
  CHECK(Dense(random, 3, 2, {.use_bias = false}).bias.is_empty());
  CHECK(Embedding(random, 10, 4).table.name() == "model/embedding/table");
  CHECK(LayerNorm(graph, 4, {.name = "n"}).shift.name() == "model/n/shift");
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3});
  CHECK(dense(x, {.name = "h"}).name() == "model/h");
  CHECK(parameters(dense(x)) == std::vector<Output>{dense.bias, dense.weight});
}

TEST_CASE("a dense layer is a product and a sum, of any rank") {
  const Graph graph;
  const Random random(graph);
  const Dense dense(random, 2, 3, {.dtype = DType::f64});
  Session session(graph);
  session.set({{dense.weight, Tensor{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}},
               {dense.bias, Tensor{0.5, 0.0, -0.5}}});
  CHECK(session.run(dense(constant(graph, Tensor{{1.0, -1.0}}))) == Tensor{{-2.5, -3.0, -3.5}});
  const Output x = constant(graph, Tensor{{{1.0, -1.0}}, {{0.0, 1.0}}});
  CHECK(session.run(dense(x)) == Tensor{{{-2.5, -3.0, -3.5}}, {{4.5, 5.0, 5.5}}});
  CHECK_THROWS_AS(dense(constant(graph, Tensor{{1.0, 2.0, 3.0}})), GraphError);
}

TEST_CASE("rows of an embedding, and an index that it lacks") {
  const Graph graph;
  const Embedding embedding(Random(graph), 3, 2);
  Session session(graph);
  session.set(embedding.table, Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}, {5.0F, 6.0F}});
  CHECK(session.run(embedding(constant(graph, Tensor{2, 0}))) ==
        Tensor{{5.0F, 6.0F}, {1.0F, 2.0F}});
  CHECK_THROWS_AS(session.run(embedding(constant(graph, Tensor{3}))), RunError);
}

TEST_CASE("norms equal their formulas, with gradients to the second order") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {2, 3});
  const LayerNorm layer(graph, 3, {.dtype = DType::f64, .epsilon = 1e-3});
  const RmsNorm rms(graph, 3, {.dtype = DType::f64, .epsilon = 1e-3});
  const Tensor at = Tensor{{0.5, -1.25, 2.0}, {0.0, 0.75, -0.5}};
  Session session(graph);
  session.set({{layer.scale, Tensor{2.0, 1.0, 0.5}},
               {layer.shift, Tensor{0.0, 1.0, 2.0}},
               {rms.scale, Tensor{2.0, 1.0, 0.5}}});
  const Tensor normed = session.run(layer(x), {{x, at}});
  const double mean = 1.25 / 3;
  const double variance = (0.25 + 1.5625 + 4) / 3 - mean * mean;
  CHECK(normed.at<double>(0, 0) ==
        doctest::Approx(2 * (0.5 - mean) / std::sqrt(variance + 1e-3)).epsilon(1e-12));
  CHECK(normed.at<double>(0, 2) ==
        doctest::Approx(0.5 * (2 - mean) / std::sqrt(variance + 1e-3) + 2).epsilon(1e-12));
  CHECK(session.run(rms(x), {{x, at}}).at<double>(0, 1) ==
        doctest::Approx(-1.25 / std::sqrt((0.25 + 1.5625 + 4) / 3 + 1e-3)).epsilon(1e-12));
  CHECK(gradient_mismatch(layer(x), {x}, {at}) == "");
  CHECK(gradient_mismatch(rms(x), {x}, {at}) == "");
  const Output wide = placeholder(graph, DType::f64, {2, 4});
  CHECK(caught<GraphError>([&] { layer(wide); }).info().op == "layer_norm");
  CHECK(caught<GraphError>([&] { rms(wide); }).info().op == "rms_norm");
}

TEST_CASE("dropout keeps the mean, draws anew in each step, and is the same backwards") {
  const Graph graph;
  const Random random(graph, {.seed = 2});
  const Output x = constant(graph, Tensor::from<float>({40000}, std::vector<float>(40000, 1.0F)));
  const Output y = dropout(x, 0.25, random);
  const Output slopes = gradients(reduce_sum(y), {x})[0];
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const std::vector<Tensor> first = session.run({y, slopes});
  CHECK(first[0] == first[1]);
  double sum = 0;
  for (const float value : first[0].data<float>()) {
    REQUIRE((value == 0 || value == 1 / 0.75F));
    sum += value;
  }
  CHECK(sum / 40000 == doctest::Approx(1).epsilon(0.02));
  CHECK(session.run(y) == first[0]);
  session.run(advance_global_step(graph));
  CHECK_FALSE(session.run(y) == first[0]);
  CHECK(session.run(dropout(x, 0, random)) == session.run(x));
  CHECK_THROWS_AS(dropout(x, 1, random), GraphError);
  CHECK_THROWS_AS(dropout(x, -0.1, random), GraphError);
  const Output of_any_batch = placeholder(graph, DType::f32, {Shape::unknown, 4});
  CHECK(session
            .run(dropout(of_any_batch, 0.5, random),
                 {{of_any_batch, Tensor::zeros(DType::f32, {3, 4})}})
            .shape() == Shape{3, 4});
}

TEST_CASE_TEMPLATE("dropout divides what it keeps by 1 - rate", T, float, double) {
  constexpr std::size_t n = 1000;
  const Tensor x_value = sample<T>({n});
  for (const double rate : {0.1, 0.25, 0.5, 0.9}) {
    CAPTURE(rate);
    const Graph graph;
    const Output x = constant(graph, x_value);
    const Output y = dropout(x, rate, Random(graph, {.seed = 2}));
    const Output slope = gradient(reduce_sum(y), x);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    const std::vector<Tensor> found = session.run({y, slope});
    const T scale = static_cast<T>(1 / (1 - rate));
    double kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const T factor = found[1].template data<T>()[i];
      REQUIRE((factor == 0 || factor == scale));
      REQUIRE(found[0].template data<T>()[i] == x_value.data<T>()[i] * factor);
      kept += factor != 0 ? 1 : 0;
    }
    CHECK(std::abs(kept / n - (1 - rate)) < 4 * std::sqrt(rate * (1 - rate) / n));
  }
}

TEST_CASE("a classifier learns, and its two builds share their layers") {
  const Graph graph;
  const Random random(graph, {.seed = 4});
  const Output x = random_normal(random, DType::f32, {128, 2}, {.stream = "points"});
  const Output inside = cast(reduce_sum(square(x), {.axes = {1}}) < 1.4, DType::i32);
  const Dense first(random, 2, 32, {.name = "first"});
  const Dense second(random, 32, 2, {.name = "second"});
  const auto logits = [&](bool training) {
    const Output h = relu(first(x));
    return second(training ? dropout(h, 0.1, random) : h);
  };
  const Training train = minimize(softmax_cross_entropy(logits(true), inside), Adam{.rate = 0.01});
  const Output right =
      reduce_mean(cast(equal(argmax(logits(false), 1), cast(inside, DType::i64)), DType::f32));
  CHECK(train.parameters.size() == 4);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(train, RunOptions{.steps = 400});
  CHECK(session.run(right).item<float>() > 0.9F);
}

}  // namespace
}  // namespace deft
