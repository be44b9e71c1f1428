#include "training_graph.hpp"

#include <cstdint>

namespace examples::fashion {

using deft::DType;
using deft::Output;

namespace {

constexpr std::int64_t batch_size = 128;

}  // namespace

TrainingGraph::TrainingGraph(const Dataset& data, const Options& options,
                             const deft::Communicator& group)
    : random(graph, {.seed = options.seed}),
      batches(random, {data.train.pixels, data.train.labels},
              {.batch = batch_size, .part = {.index = group.rank(), .count = group.size()}}),
      network(make_network(options.model, random)),
      judge(graph, network, data.test) {
  const Output logits = network(batches.batch(0), deft::Mode::train);
  const Output loss = softmax_cross_entropy(logits, batches.batch(1));
  training = minimize(loss, make_rule(options.model, options.epochs * batches.batches()),
                      {.before = {all_reduce_mean(group)}});
  epoch_loss = accumulate(all_reduce(weighted_mean(loss), group), {.name = "epoch/loss"});
  epoch_accuracy =
      accumulate(all_reduce(accuracy(logits, batches.batch(1)), group), {.name = "epoch/accuracy"});
  history = variable(zeros(graph, DType::f64, {options.epochs, 4}), {.name = "history"});
  initialize = global_variables_initializer(graph);
}

}  // namespace examples::fashion
