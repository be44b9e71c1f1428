#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/attention.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// Whether query i sees key j, in all batches.
using Sees = bool (*)(std::size_t i, std::size_t j);

/// Attention in f64 of [batch, queries, depth], [batch, keys, depth] and [batch, keys, width].
Tensor plain_attention(const Tensor& q, const Tensor& k, const Tensor& v, double scale,
                       const Sees& sees) {
  const auto dim = [](const Tensor& x, std::size_t i) {
    return static_cast<std::size_t>(x.shape()[i]);
  };
  const std::size_t queries = dim(q, 1);
  const std::size_t keys = dim(k, 1);
  const std::size_t depth = dim(q, 2);
  const std::size_t width = dim(v, 2);
  Tensor made = Tensor::zeros(DType::f64, {q.shape()[0], queries, width});
  for (std::size_t n = 0; n < dim(q, 0); ++n)
    for (std::size_t i = 0; i < queries; ++i) {
      std::vector<double> weights(keys, 0);
      double sum = 0;
      for (std::size_t j = 0; j < keys; ++j) {
        if (!sees(i, j)) continue;
        double score = 0;
        for (std::size_t d = 0; d < depth; ++d)
          score += q.data<double>()[(n * queries + i) * depth + d] *
                   k.data<double>()[(n * keys + j) * depth + d];
        weights[j] = std::exp(scale * score);
        sum += weights[j];
      }
      for (std::size_t j = 0; j < keys && sum > 0; ++j)
        for (std::size_t w = 0; w < width; ++w)
          made.mutable_data<double>()[(n * queries + i) * width + w] +=
              weights[j] / sum * v.data<double>()[(n * keys + j) * width + w];
    }
  return made;
}

/// Query 1 sees nothing.
constexpr bool partly(std::size_t i, std::size_t j) { return i != 1 && (i + j) % 3 != 0; }

Tensor mask_of(Sees sees, std::size_t queries, std::size_t keys) {
  Tensor mask = Tensor::zeros(DType::boolean, {queries, keys});
  for (std::size_t i = 0; i < queries; ++i)
    for (std::size_t j = 0; j < keys; ++j) mask.mutable_data<bool>()[i * keys + j] = sees(i, j);
  return mask;
}

TEST_CASE("attention equals plain loops, of known and unknown dimensions") {
  const Tensor q = sample<double>({2, 3, 4});
  const Tensor k = sample<double>({2, 5, 4}, 2);
  const Tensor v = sample<double>({2, 5, 6}, 4);
  for (const std::int64_t unknown : {Shape::unknown, std::int64_t{0}}) {
    const auto dim = [&](std::int64_t size) { return unknown == 0 ? size : unknown; };
    const Graph graph;
    const Output query = placeholder(graph, DType::f64, {dim(2), dim(3), dim(4)});
    const Output key = placeholder(graph, DType::f64, {dim(2), dim(5), dim(4)});
    const Output value = placeholder(graph, DType::f64, {dim(2), dim(5), dim(6)});
    const Output mask = constant(graph, mask_of(partly, 3, 5));
    Session session(graph);
    const auto attended = [&](const AttentionOptions& options) {
      return session.run(scaled_dot_product_attention(query, key, value, options),
                         {{query, q}, {key, k}, {value, v}});
    };
    const auto plain = [&](double scale, Sees sees) {
      return plain_attention(q, k, v, scale, sees);
    };
    CHECK(largest_difference(attended({}),
                             plain(0.5, [](std::size_t, std::size_t) { return true; })) < 1e-12);
    CHECK(largest_difference(attended({.mask = mask}), plain(0.5, partly)) < 1e-12);
    CHECK(largest_difference(attended({.causal = true, .scale = 0.125}),
                             plain(0.125, [](std::size_t i, std::size_t j) { return j <= i; })) <
          1e-12);
    CHECK(largest_difference(attended({.mask = mask, .causal = true}),
                             plain(0.5, [](std::size_t i, std::size_t j) {
                               return j <= i && partly(i, j);
                             })) < 1e-12);
    if (unknown == 0) continue;
    const Tensor none = Tensor::zeros(DType::f64, {0, 3, 4});
    CHECK(session
              .run(scaled_dot_product_attention(query, key, value, {.causal = true}),
                   {{query, none},
                    {key, Tensor::zeros(DType::f64, {0, 5, 4})},
                    {value, Tensor::zeros(DType::f64, {0, 5, 6})}})
              .shape() == Shape{0, 3, 6});
  }
}

TEST_CASE("leading dimensions of attention broadcast") {
  const Graph graph;
  const Output query = constant(graph, sample<double>({3, 2, 4, 5}));
  const Output key = constant(graph, sample<double>({2, 6, 5}, 2));
  const Output value = constant(graph, sample<double>({6, 7}, 4));
  Session session(graph);
  const Tensor made = session.run(scaled_dot_product_attention(query, key, value));
  REQUIRE(made.shape() == Shape{3, 2, 4, 7});
  const Output part = slice(slice(query, 0, {2, 3}), 1, {1, 2});
  const Tensor one = session.run(scaled_dot_product_attention(
      reshape(part, {1, 4, 5}), slice(key, 0, {1, 2}), expand_dims(value, 0)));
  for (std::size_t i = 0; i < 28; ++i)
    CHECK(one.data<double>()[i] == doctest::Approx(made.data<double>()[5 * 28 + i]));
}

TEST_CASE("gradients of attention, to the second order, are 0 where nothing is seen") {
  const Graph graph;
  const Output query = placeholder(graph, DType::f64, {2, 3, 2});
  const Output key = placeholder(graph, DType::f64, {2, 4, 2});
  const Output value = placeholder(graph, DType::f64, {2, 4, 3});
  const std::vector<Output> xs = {query, key, value};
  const std::vector<Tensor> at = {sample<double>({2, 3, 2}, 3), sample<double>({2, 4, 2}, 6),
                                  sample<double>({2, 4, 3}, 4)};
  const Output mask = constant(graph, mask_of(partly, 3, 4));
  const auto mismatch = [&](const AttentionOptions& options) {
    const Output y = scaled_dot_product_attention(query, key, value, options);
    return gradient_mismatch(y, xs, at, {.tolerance = 1e-7});
  };
  CHECK(mismatch({.scale = 0.01}) == "");
  CHECK(mismatch({.causal = true, .scale = 0.01}) == "");
  CHECK(mismatch({.mask = mask, .scale = 0.01}) == "");
  const Output y = scaled_dot_product_attention(query, key, value, {.mask = mask, .scale = 0.01});
  Session session(graph);
  const std::vector<Tensor> made = session.run({y, gradients(reduce_sum(y), {query})[0]},
                                               {{query, at[0]}, {key, at[1]}, {value, at[2]}});
  for (const std::size_t n : {0U, 1U}) {
    for (const std::size_t w : {0U, 1U, 2U})
      CHECK(made[0].data<double>()[(n * 3 + 1) * 3 + w] == 0);
    for (const std::size_t d : {0U, 1U}) CHECK(made[1].data<double>()[(n * 3 + 1) * 2 + d] == 0);
    CHECK(made[1].data<double>()[n * 6] != 0);
  }
}

TEST_CASE("weights of attention are dropped at random, and scaled") {
  const Graph graph;
  const Random random(graph, {.seed = 7});
  const Output x = constant(graph, sample<float>({1, 8, 4}));
  const Output values = ones(graph, DType::f32, {1, 8, 500});
  const Output y = scaled_dot_product_attention(x, x, values, {.dropout = 0.5, .random = random});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Tensor first = session.run(y);
  CHECK(session.run(y) == first);
  CHECK_FALSE(first.data<float>()[0] == doctest::Approx(1));
  session.run(advance_global_step(graph));
  CHECK_FALSE(session.run(y) == first);
}

TEST_CASE("heads attend each by itself, and are put together by a projection") {
  const Graph graph;
  const Random random(graph, {.seed = 2});
  const MultiHeadAttention attention(random, 6, 3, {.memory_units = 5, .dtype = DType::f64});
  const Output x = placeholder(graph, DType::f64, {Shape::unknown, Shape::unknown, Shape::unknown});
  const Output memory = placeholder(graph, DType::f64, {Shape::unknown, Shape::unknown, 5});
  const Tensor at = sample<double>({2, 4, 6});
  const Tensor of_memory = sample<double>({2, 3, 5}, 2);
  const Output mask = constant(graph, mask_of(partly, 4, 3));
  const Output made = attention(x, memory, {.mask = mask, .name = "y"});
  CHECK(made.name() == "y");
  const Output in_batches = attention(x, memory, {.mask = expand_dims(mask, 0)});
  const auto projected = [&](const Dense& by, const Output& of) {
    return matmul(of, by.weight) + by.bias;
  };
  Session session(graph);
  session.run(global_variables_initializer(graph));
  for (const Dense* dense : {&attention.query, &attention.key, &attention.value, &attention.output})
    session.set(dense->bias, sample<double>({6}, 5));
  const std::vector<Tensor> values =
      session.run({made, in_batches, projected(attention.query, x),
                   projected(attention.key, memory), projected(attention.value, memory)},
                  {{x, at}, {memory, of_memory}});
  std::vector<Output> heads;
  for (std::int64_t h = 0; h < 3; ++h) {
    const auto part = [&](const Tensor& units) {
      return session.run(slice(constant(graph, units), -1, {2 * h, 2 * h + 2}));
    };
    heads.push_back(constant(graph, plain_attention(part(values[2]), part(values[3]),
                                                    part(values[4]), 1 / std::sqrt(2), partly)));
  }
  const Tensor wanted = session.run(projected(attention.output, concat(heads, -1)));
  CHECK(largest_difference(values[0], wanted) < 1e-10);
  CHECK(largest_difference(values[1], wanted) < 1e-10);
}

TEST_CASE("self-attention that is causal does not see what comes") {
  const Graph graph;
  const MultiHeadAttention attention(Random(graph), 4, 2, {.dtype = DType::f64});
  const Output x = placeholder(graph, DType::f64, {1, 5, 4});
  const Output y = attention(x, {.causal = true});
  const Output slopes = gradients(reduce_sum(slice(y, 1, {0, 3})), {x})[0];
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Tensor made = session.run(slopes, {{x, sample<double>({1, 5, 4})}});
  for (std::size_t i = 0; i < 20; ++i) CHECK((made.data<double>()[i] != 0) == (i < 12));
  CHECK(gradient_mismatch(attention(x / 64), {x}, {sample<double>({1, 5, 4}, 3)},
                          {.tolerance = 1e-6}) == "");
}

TEST_CASE("names and first values of attention do not depend on other layers") {
  const auto weights = [](bool others_before) {
    const Graph graph;
    const Random random(graph, {.seed = 3});
    if (others_before) Dense(random, 3, 4, {.name = "other"});
    const NameScope scope(graph, "model");
    const MultiHeadAttention attention(random, 4, 2, {.use_bias = false, .name = "a"});
    CHECK(attention.query.weight.name() == "model/a/query/weight");
    CHECK(attention.output.weight.name() == "model/a/output/weight");
    CHECK(attention.key.bias.is_empty());
    const Output x = placeholder(graph, DType::f32, {1, 3, 4});
    CHECK(parameters(attention(x)).size() == 4);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    return session.run({attention.query.weight, attention.key.weight});
  };
  const std::vector<Tensor> alone = weights(false);
  CHECK(weights(true)[1] == alone[1]);
  CHECK_FALSE(alone[0] == alone[1]);
}

TEST_CASE("wrong attention is refused") {
  const Graph graph;
  const Random random(graph);
  const std::size_t nodes = graph.num_nodes();
  const int line = __LINE__ + 2;
  const GraphError heads = caught<GraphError>(
      [&] { static_cast<void>(MultiHeadAttention(random, 6, 4, {.name = "a"})); });
  CHECK(heads.info().where.line == line);
  CHECK(heads.info().node == "a");
  CHECK(heads.info().message == "6 units are no multiple of 4 heads");
  CHECK_THROWS_AS(static_cast<void>(MultiHeadAttention(random, 6, 0)), GraphError);
  CHECK(graph.num_nodes() == nodes);
  const Output x = placeholder(graph, DType::f32, {2, 3, 6});
  const Output vector = placeholder(graph, DType::f32, {6});
  const GraphError rank =
      caught<GraphError>([&] { scaled_dot_product_attention(x, vector, x, {.name = "s"}); });
  CHECK(rank.code() == ErrorCode::shape_mismatch);
  CHECK(rank.info().message == "key has the shape [6] of rank 1");
  const GraphError undrawn =
      caught<GraphError>([&] { scaled_dot_product_attention(x, x, x, {.dropout = 0.5}); });
  CHECK(undrawn.info().message.find("dropout is 0.5") != std::string::npos);
  CHECK(undrawn.info().cure == "give it .random");
  CHECK_THROWS_AS(scaled_dot_product_attention(x, x, x, {.dropout = 1, .random = random}),
                  GraphError);
  const Output other = placeholder(graph, DType::f32, {2, 3, 5});
  CHECK_THROWS_AS(scaled_dot_product_attention(x, other, x), GraphError);
  const MultiHeadAttention attention(random, 6, 2, {.use_bias = false});
  const GraphError units = caught<GraphError>([&] { attention(other); });
  CHECK(units.info().op == "multi_head_attention");
  CHECK(units.info().message == "x has the shape [2, 3, 5], but the layer has 6 units");
  CHECK_THROWS_AS(attention(x, other), GraphError);
  const Output mask = placeholder(graph, DType::boolean, {3, 4});
  CHECK_THROWS_AS(attention(x, {.mask = mask}), GraphError);
}

}  // namespace
}  // namespace deft
