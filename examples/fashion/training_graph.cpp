#include "training_graph.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace examples::fashion {

using deft::DType;
using deft::Output;

TrainingGraph::TrainingGraph(const Dataset& data, const Options& options,
                             const deft::Communicator& group)
    : random(graph, {.seed = options.seed}),
      batches(random, {data.train.pixels, data.train.labels},
              {.batch = batch_size, .part = {.index = group.rank(), .count = group.size()}}),
      network(make_network(options.model, random)),
      judge(graph, network, data.test) {
  const Output logits = network(batches.batch(0), deft::Mode::train);
  const Output loss = softmax_cross_entropy(logits, batches.batch(1));
  const std::vector<Output> batch{batches.batch(0), batches.batch(1)};
  const deft::Part part{.index = group.rank(), .count = group.size()};
  training =
      minimize(loss, make_rule(options.model, options.epochs * batches.batches()),
               {.before = {all_reduce_mean(group)}, .shards = options.shards, .batch = batch});
  const auto of_epoch = [&](const deft::Metric& metric, std::string_view name) {
    const bool cut = options.shards != 0;
    const deft::Metric own =
        cut ? over_shards(metric, {.count = options.shards, .batch = batch, .part = part}) : metric;
    return accumulate(all_reduce(own, group), {.name = name});
  };
  epoch_loss = of_epoch(weighted_mean(loss), "epoch/loss");
  epoch_accuracy = of_epoch(accuracy(logits, batches.batch(1)), "epoch/accuracy");
  history = variable(zeros(graph, DType::f64, {options.epochs, 4}), {.name = "history"});
  initialize = global_variables_initializer(graph);
}

}  // namespace examples::fashion
