#include <deft/ops/random.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor positions_below(std::int64_t count) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(count));
  std::iota(positions.begin(), positions.end(), 0);
  return Tensor::from(std::move(positions));
}

TEST_CASE("a batch of an order is part of the whole order") {
  const Graph graph;
  const Random random(graph, {.seed = 7, .step = constant(graph, Tensor::scalar<std::int64_t>(2))});
  const Output all =
      random_order(random, constant(graph, positions_below(10000)), 10000, {.stream = "epoch"});
  const Tensor whole = evaluate(all);
  CHECK(same_for_all_splits(all, whole));
  const Output batch =
      random_order(random, constant(graph, Tensor::from<std::int64_t>({2, 2}, {5, 9999, 0, 5})),
                   10000, {.stream = "epoch"});
  const auto values = whole.data<std::int64_t>();
  CHECK(evaluate(batch) ==
        Tensor::from<std::int64_t>({2, 2}, {values[5], values[9999], values[0], values[5]}));
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  CHECK(Tensor::from(std::move(sorted)) == positions_below(10000));
}

TEST_CASE("a permutation holds every integer once, and has the stream of its name") {
  const Graph graph;
  const Random random(graph, {.step = constant(graph, Tensor::scalar<std::int64_t>(0))});
  const Output y = random_permutation(random, 1000, {.name = "order"});
  const Tensor made = evaluate(y);
  std::vector<std::int64_t> sorted = made.to<std::int64_t>();
  std::sort(sorted.begin(), sorted.end());
  CHECK(Tensor::from(std::move(sorted)) == positions_below(1000));
  const Output same =
      random_order(random, constant(graph, positions_below(1000)), 1000, {.stream = "order"});
  CHECK(evaluate(same) == made);
  CHECK(evaluate(random_permutation(random, 0)).num_elements() == 0);
  CHECK_THROWS_AS(random_permutation(random, -1), GraphError);
}

TEST_CASE("an order without a graph has the bits of one in a run") {
  for (const std::int64_t seed : {0, -7})
    for (const std::int64_t count : {1, 2, 1000, 5000}) {
      const Graph graph;
      const Random random(graph,
                          {.seed = seed, .step = constant(graph, Tensor::scalar<std::int64_t>(3))});
      const Tensor positions = positions_below(count);
      const std::vector<std::int64_t> made = random_order(
          {.seed = seed, .stream = "epoch", .step = 3}, positions.data<std::int64_t>(), count);
      CHECK(Tensor::from(made) ==
            evaluate(random_order(random, constant(graph, positions), count, {.stream = "epoch"})));
    }
  const std::vector<std::int64_t> outside{0, 3};
  const Error error = caught<ValueError>([&] {
    random_order({.stream = "epoch", .where = {"user.cpp", 4}}, outside, 3);
  });
  CHECK(error.info().message == "position 1 is 3, outside an order of 3");
  CHECK(error.info().where.line == 4);
}

TEST_CASE("positions outside the order, and other dtypes, are refused") {
  const Graph graph;
  const Random random(graph, {.step = constant(graph, Tensor::scalar<std::int64_t>(0))});
  const auto order_of = [&](Tensor positions, std::int64_t count) {
    return evaluate(random_order(random, constant(graph, std::move(positions)), count));
  };
  CHECK(caught<ValueError>([&] {
          order_of(Tensor{std::int64_t{0}, std::int64_t{3}}, 3);
        })
            .info()
            .message == "position 1 is 3, outside an order of 3");
  CHECK_THROWS_AS(order_of(Tensor{std::int64_t{-1}}, 3), ValueError);
  CHECK_THROWS_AS(order_of(Tensor{std::int64_t{0}}, 0), ValueError);
  CHECK(order_of(Tensor::zeros(DType::i64, {0}), 0).num_elements() == 0);
  CHECK_THROWS_AS(order_of(Tensor{1, 2}, 3), GraphError);
  CHECK_THROWS_AS(order_of(Tensor{std::int64_t{0}}, -1), GraphError);
}

}  // namespace
}  // namespace deft
