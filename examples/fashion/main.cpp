/// Tells clothes apart: trains a network on Fashion-MNIST in a deferred graph. See model.cpp for
/// the networks, training_graph.cpp for the graph around them, and training.cpp for the session.

#include <span>
#include <string>

#include "common/files.hpp"
#include "common/program.hpp"
#include "options.hpp"
#include "pictures.hpp"
#include "plot.hpp"
#include "report.hpp"
#include "training.hpp"

namespace examples::fashion {
namespace {

void run(std::span<const char* const> arguments) {
  Options options = parse_options(arguments);
  if (options.help) return write_to_stdout(usage());

  const deft::Communicator group = options.ranks ? deft::Communicator::connect() : alone();
  if (group.rank() != 0) options.svg = options.onnx = options.tensorboard = "";
  const Dataset data = read_dataset(options.data);
  for (const std::string& path : {options.svg, options.onnx})
    if (!path.empty()) check_writable(path);

  const Report report = train(data, options, group);
  if (group.rank() != 0) return;

  if (!options.svg.empty()) write_file(options.svg, draw_plot(report, data.test));
  write_to_stdout(options.json ? to_json(report, options) : to_text(report, options));
}

}  // namespace
}  // namespace examples::fashion

int main(int argc, char** argv) {
  return examples::run_program("fashion", argc, argv, examples::fashion::run);
}
