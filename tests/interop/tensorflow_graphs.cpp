/// tensorflow_graphs <folder of tests/data/tensorflow> <folder>: trainings of TensorFlow 1,
/// restored from their checkpoints, as deft writes them.

#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <deft/deft.hpp>
#include <deft/tensorflow/tensorflow.hpp>

namespace {

void write(const std::string& from, const std::string& name, std::optional<std::int64_t> batch,
           const std::string& to) {
  const deft::Graph graph;
  const deft::ImportedGraph model =
      import_graph_def(graph, from + '/' + name + ".pb", {.batch = batch});
  const auto values = model.restored(deft::read_tensorflow_checkpoint(from + '/' + name + ".ckpt"));
  deft::export_graph_def({model.find("train")}, to + '/' + name + ".pb", {.values = values});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    write(argv[1], "linreg_ref", {}, argv[2]);
    for (const char* name : {"mlp_adam", "mlp_adagrad"}) write(argv[1], name, 256, argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
