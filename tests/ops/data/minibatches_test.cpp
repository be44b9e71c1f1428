#include <deft/data/minibatches.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// Rows that tell their number: u8 [rows, 3] and i32 [rows].
std::vector<Tensor> numbered(std::int64_t rows) {
  Tensor pixels = Tensor::uninitialized(DType::u8, {rows, 3});
  Tensor labels = Tensor::uninitialized(DType::i32, {rows});
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t k = 0; k < 3; ++k)
      pixels.set({row, k}, static_cast<std::uint8_t>(7 * row + k));
    labels.set({row}, static_cast<std::int32_t>(1000 + row));
  }
  return {pixels, labels};
}

/// What `rows` of numbered tensors are.
std::vector<Tensor> expected(const std::vector<Tensor>& data,
                             const std::vector<std::int64_t>& rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<Tensor> some{Tensor::uninitialized(DType::u8, {count, 3}),
                           Tensor::uninitialized(DType::i32, {count})};
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = rows[static_cast<std::size_t>(i)];
    for (std::int64_t k = 0; k < 3; ++k) some[0].set({i, k}, data[0].at<std::uint8_t>(row, k));
    some[1].set({i}, data[1].at<std::int32_t>(row));
  }
  return some;
}

TEST_CASE("a step takes the rows that its number says, with any options and threads") {
  const std::vector<Tensor> data = numbered(43);
  for (const bool shuffle : {true, false})
    for (const Remainder remainder : {Remainder::drop, Remainder::fill})
      for (const std::int64_t hold_out : {0, 5}) {
        const Graph graph;
        const Minibatches minibatches(
            Random(graph, {.seed = 9}), data,
            {.batch = 8, .hold_out = hold_out, .shuffle = shuffle, .remainder = remainder});
        const Epochs epochs(43, {.batch = 8,
                                 .hold_out = hold_out,
                                 .shuffle = shuffle,
                                 .remainder = remainder,
                                 .seed = 9});
        const Output next = advance_global_step(graph);
        CHECK(minibatches.batches() == epochs.batches());
        CHECK(minibatches.batch(0).spec() == TensorSpec{DType::u8, {8, 3}});
        CHECK(minibatches.weights().spec() == TensorSpec{DType::f32, {8}});
        for (const int threads : {1, 2, 3, 4, 8}) {
          Session session(graph, {.threads = threads});
          session.run(global_variables_initializer(graph));
          for (std::int64_t step = 0; step < 3 * epochs.batches(); ++step) {
            const std::vector<std::int64_t> rows = epochs.rows_of(step);
            const std::vector<Tensor> made =
                session.run({minibatches.batch(0), minibatches.batch(1), minibatches.rows(),
                             minibatches.weights(), next});
            const std::vector<Tensor> right = expected(data, rows);
            REQUIRE(made[0] == right[0]);
            REQUIRE(made[1] == right[1]);
            REQUIRE(made[2] == Tensor::from(rows));
            REQUIRE(made[3] == epochs.weights_of(step));
          }
          if (hold_out == 0) continue;
          const std::vector<Tensor> right =
              expected(data, {epochs.held_out().begin(), epochs.held_out().end()});
          REQUIRE(session.run(minibatches.held_out(0)) == right[0]);
          REQUIRE(session.run(minibatches.held_out(1)) == right[1]);
        }
      }
}

TEST_CASE("a training of several epochs, an epoch a run, and its resumption in the middle") {
  const Graph graph;
  const Random random(graph, {.seed = 3});
  const Minibatches data(random, numbered(40), {.batch = 8, .hold_out = 3});
  const Output w = variable(graph, Tensor::zeros(DType::f64, {3}), {.name = "w"});
  const Output x = cast(data.batch(0), DType::f64) / 255.0;
  const Output error = reduce_sum(x * w, {.axes = {1}}) - cast(data.batch(1), DType::f64) / 1000.0;
  const Training train = minimize(reduce_mean(square(error)), Sgd{.rate = 0.1, .momentum = 0.9});
  const Output initialize = global_variables_initializer(graph);
  const auto in_epochs = [&](Session& session, std::int64_t epochs) {
    while (true) {
      const EpochPosition at = data.position(session.value(data.step()));
      if (at.epoch == epochs) return;
      session.run(train, {.steps = at.left});
    }
  };
  Session whole(graph, {.threads = 2});
  whole.run(initialize);
  in_epochs(whole, 4);
  CHECK(whole.value(data.step()) == Tensor::scalar<std::int64_t>(4 * data.batches()));
  const std::vector<Output> variables = global_variables(graph);
  for (std::int64_t steps = 1; steps <= 2 * data.batches(); ++steps) {
    Session first(graph);
    first.run(initialize);
    first.run(train, {.steps = steps});
    Session second(graph);
    for (const Output& variable : variables) second.set(variable, first.value(variable));
    in_epochs(second, 4);
    for (const Output& variable : variables)
      CHECK(bitwise_equal(second.value(variable), whole.value(variable)));
  }
}

TEST_CASE("what is added to a graph before changes no row, and names tell data apart") {
  const Graph plain;
  const Minibatches alone(Random(plain), numbered(30), {.batch = 4});
  const Graph graph;
  const Random random(graph);
  const Dense layer(random, 3, 4);
  const Output noise = random_normal(random, DType::f32, {3});
  const Minibatches first(random, numbered(30), {.batch = 4});
  const Minibatches second(random, numbered(30), {.batch = 4});
  const Minibatches same(random, numbered(30), {.batch = 4, .stream = "minibatches"});
  CHECK(first.rows().name() == "minibatches");
  CHECK(second.rows().name() == "minibatches_1");
  CHECK(second.epochs().stream() == "minibatches_1");
  CHECK(first.batch(0).name() == "minibatches/batch");
  CHECK(first.batch(1).name() == "minibatches/batch_1");
  CHECK(first.weights().name() == "minibatches/weights");
  CHECK(Minibatches(random, numbered(30), {.batch = 4, .name = ""}).epochs().stream() ==
        "minibatches_3");
  Session session(plain);
  session.run(global_variables_initializer(plain));
  Session other(graph);
  other.run(global_variables_initializer(graph));
  const Tensor rows = session.run(alone.rows());
  CHECK(other.run(first.rows()) == rows);
  CHECK_FALSE(other.run(second.rows()) == rows);
  CHECK(other.run(same.rows()) == rows);
}

TEST_CASE("a counter of its own, and nodes of the user's line") {
  const Graph graph;
  const Output step = variable(graph, Tensor::scalar<std::int64_t>(5), {.name = "count"});
  const Random random(graph, {.seed = 1, .step = step});
  const Minibatches data(random, numbered(12),
                         {.batch = 3, .name = "digits", .where = {"user.cpp", 40}});
  CHECK(data.step() == step);
  CHECK_FALSE(graph.contains("step"));
  CHECK(data.rows().node().where.line == 40);
  CHECK(data.batch(0).node().where.line == 40);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Epochs epochs(12, {.batch = 3, .seed = 1, .stream = "digits"});
  CHECK(session.run(data.rows()) == Tensor::from(epochs.rows_of(5)));
}

TEST_CASE("data stay where they are") {
  const Graph graph;
  const Tensor pixels = Tensor::zeros(DType::u8, {100, 64});
  const Minibatches data(Random(graph), {pixels}, {.batch = 10});
  const Output whole = graph.find("minibatches/data");
  Session session(graph);
  CHECK(session.run(whole).raw() == pixels.raw());
}

TEST_CASE("misuse of minibatches") {
  const Graph graph;
  const Random random(graph);
  const std::size_t nodes = graph.num_nodes();
  const auto refused = [&](std::vector<Tensor> data, MinibatchesOptions options) {
    options.where = {"user.cpp", 5};
    const Error error = caught<ValueError>(
        [&] { static_cast<void>(Minibatches(random, std::move(data), options)); });
    CHECK(error.info().where.line == 5);
    return error.info().message;
  };
  CHECK(refused({}, {}) == "there are no tensors");
  CHECK(refused({Tensor::zeros(DType::u8, {4, 2}), Tensor::zeros(DType::i32, {5})}, {.batch = 2}) ==
        "tensor 1 has the shape [5], but tensor 0 has [4, 2]");
  CHECK(refused(numbered(4), {.batch = 0}).find("a batch has 0 rows") == 0);
  CHECK(refused(numbered(4), {.batch = 5}).find("a batch has 5 rows, and the data 4") == 0);
  CHECK(refused(numbered(4), {.batch = 1, .hold_out = 4}) == "4 rows are held out of 4");
  CHECK(graph.num_nodes() == nodes);

  const Minibatches data(random, numbered(4), {.batch = 2});
  const Error index = caught<ValueError>([&] { data.batch(2, {"user.cpp", 6}); });
  CHECK(index.info().message == "tensor 2 of 2 is asked for");
  CHECK(index.info().where.line == 6);
  CHECK_THROWS_AS(data.batch(-1), ValueError);
  const Error none = caught<ValueError>([&] { data.held_out(0, {"user.cpp", 7}); });
  CHECK(none.info().message == "no rows are held out, but those of tensor 0 are asked for");
  CHECK(none.info().where.line == 7);
  CHECK_THROWS_AS(data.position(-1), ValueError);
  const Minibatches kept(random, numbered(4), {.batch = 2, .hold_out = 1});
  CHECK_THROWS_AS(kept.held_out(2), ValueError);
}

TEST_CASE("a part of the batch is that of Epochs") {
  const std::vector<Tensor> data = numbered(43);
  for (const Remainder remainder : {Remainder::drop, Remainder::fill})
    for (const std::int64_t index : {0, 1, 3}) {
      const Graph graph;
      const Part part{.index = index, .count = 4};
      const Minibatches minibatches(Random(graph, {.seed = 9}), data,
                                    {.batch = 8, .part = part, .remainder = remainder});
      const Epochs epochs(43, {.batch = 8, .part = part, .remainder = remainder, .seed = 9});
      CHECK(minibatches.batch(0).spec() == TensorSpec{DType::u8, {2, 3}});
      const Output next = advance_global_step(graph);
      Session session(graph);
      session.run(global_variables_initializer(graph));
      for (std::int64_t step = 0; step < 2 * epochs.batches(); ++step) {
        const auto [pixels, labels, rows, weights] = session.run(
            minibatches.batch(0), minibatches.batch(1), minibatches.rows(), minibatches.weights());
        const std::vector<std::int64_t> right = epochs.rows_of(step);
        CHECK(rows.to<std::int64_t>() == right);
        CHECK(labels.to<std::int32_t>() == expected(data, right)[1].to<std::int32_t>());
        CHECK(weights.to<float>() == epochs.weights_of(step).to<float>());
        session.run(next);
      }
    }
}

}  // namespace
}  // namespace deft
