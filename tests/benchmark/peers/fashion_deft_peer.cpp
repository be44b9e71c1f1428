/// deft's own side of the tables of peers on Fashion-MNIST: the graph of examples/fashion.

#include "common/program.hpp"
#include "fashion/training_graph.hpp"
#include "peers/fashion.hpp"

namespace deft::benchmark {
namespace {

void train(std::span<const char* const> arguments) {
  const examples::fashion::Options options = fashion_options(arguments);
  const examples::fashion::TrainingGraph model(fashion_data(options), options);
  Session session(model.graph, {.threads = options.threads});
  session.run(model.initialize);
  report_epochs("deft", options, [&] {
    session.run(model.epoch_loss.reset);
    session.run({model.training, model.epoch_loss.update}, {.steps = model.batches.batches()});
    return session.eval(model.epoch_loss.value).item<double>();
  });
}

}  // namespace
}  // namespace deft::benchmark

int main(int argc, char** argv) {
  return examples::run_program("fashion_deft_peer", argc, argv, deft::benchmark::train);
}
