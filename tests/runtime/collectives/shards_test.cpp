// Trainings whose batches are cut into shards have the same bits for any number of ranks.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/ranks.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t batch_rows = 64;
constexpr std::int64_t num_shards = 16;

/// A training of a graph, which sees the batch of its rank.
struct Model {
  std::string name;
  std::function<Training(const Graph& graph, const Communicator& group)> build;
};

/// The rows of a batch that a rank has.
Output part_of(const Graph& graph, const Tensor& batch, const Communicator& group) {
  const std::int64_t rows = batch.shape()[0] / group.size();
  const std::int64_t first = rows * group.rank();
  const Graph other;
  Session session(other, {.threads = 1});
  return constant(graph, session.eval(slice(constant(other, batch), 0, {first, first + rows})));
}

/// Numbers of a batch, of about 1.
Output numbers(const Graph& graph, const Shape& shape, std::uint32_t seed,
               const Communicator& group) {
  return 0.2 * part_of(graph, sample<float>(shape, seed), group);
}

Training trained(const Output& loss, const Rule& rule, const std::vector<Output>& batch,
                 const Communicator& group) {
  return minimize(loss, rule,
                  {.before = {all_reduce_mean(group)}, .shards = num_shards, .batch = batch});
}

Training regression(const Graph& graph, const Communicator& group) {
  const Output x = numbers(graph, {batch_rows, 5}, 1, group);
  const Output d = numbers(graph, {batch_rows, 1}, 2, group);
  const Output w = variable(zeros(graph, DType::f32, {5, 1}), {.name = "w"});
  const Output loss = reduce_mean(square(matmul(x, w) - d)) + 0.01 * reduce_sum(square(w));
  return trained(loss, Sgd{.rate = 0.05}, {x, d}, group);
}

Output labels_of(const Graph& graph, const Communicator& group) {
  std::vector<std::int32_t> labels;
  labels.reserve(batch_rows);
  for (std::int32_t i = 0; i < batch_rows; ++i) labels.push_back(i * 7 % 10);
  return part_of(graph, Tensor::from(labels), group);
}

Training mlp(const Graph& graph, const Communicator& group) {
  const Random random(graph, {.seed = 3});
  const Output x = numbers(graph, {batch_rows, 100}, 4, group);
  const Output labels = labels_of(graph, group);
  const Dense first(random, 100, 60, {.name = "first"});
  const Dense last(random, 60, 10, {.name = "last"});
  const Output logits = last(dropout(relu(first(x)), 0.3, random));
  return trained(softmax_cross_entropy(logits, labels), AdamW{.rate = 0.01}, {x, labels}, group);
}

Training cnn(const Graph& graph, const Communicator& group) {
  const Random random(graph, {.seed = 4});
  const Output x = numbers(graph, {batch_rows, 12, 12, 1}, 5, group);
  const Output labels = labels_of(graph, group);
  const Conv first(random, 1, 8, {3, 3}, {.padding = {{1, 1}, {1, 1}}, .name = "first"});
  const Dense last(random, 6 * 6 * 8, 10, {.name = "last"});
  const Output h = max_pool(relu(first(x)), {.window = {2, 2}, .strides = {2, 2}});
  const Output logits = last(dropout(reshape(h, {-1, 6 * 6 * 8}), 0.2, random));
  return trained(softmax_cross_entropy(logits, labels), Adam{.rate = 0.01}, {x, labels}, group);
}

const Model models[] = {{"regression", regression}, {"mlp", mlp}, {"cnn", cnn}};

/// What a training leaves in its parameters, and the losses of its steps.
std::vector<Tensor> results_of(const Model& model, int ranks, int threads) {
  std::vector<Tensor> results;
  in_threads(ranks, [&](const Communicator& group) {
    const Graph graph;
    const Training training = model.build(graph, group);
    const Output loss = all_reduce(training.loss, group, Reduce::mean);
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    std::vector<Tensor> own;
    for (int step = 0; step < 50; ++step) own.push_back(session.run({loss, training.step}).at(0));
    for (const Output& parameter : training.parameters) own.push_back(session.value(parameter));
    if (group.rank() == 0) results = own;
  });
  return results;
}

}  // namespace

TEST_CASE("trainings in shards have the same bits for any number of ranks and threads") {
  for (const Model& model : models) {
    CAPTURE(model.name);
    const std::vector<Tensor> right = results_of(model, 1, 1);
    CHECK(right[49].item<float>() < 0.95F * right[0].item<float>());
    for (const int ranks : {1, 2, 4, 8})
      for (const int threads : {1, 2}) {
        if (ranks == 1 && threads == 1) continue;
        CAPTURE(ranks);
        CAPTURE(threads);
        const std::vector<Tensor> found = results_of(model, ranks, threads);
        REQUIRE(found.size() == right.size());
        for (std::size_t i = 0; i < right.size(); ++i) CHECK(bitwise_equal(found[i], right[i]));
      }
  }
}

}  // namespace deft
