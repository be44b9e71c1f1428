/// Linear regression by gradient descent, as a deferred graph: see model.cpp for the graph and
/// training.cpp for the session.

#include <span>
#include <string>

#include <deft/deft.hpp>

#include "common/files.hpp"
#include "common/program.hpp"
#include "dataset.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "report.hpp"
#include "training.hpp"

namespace examples::regression {
namespace {

constexpr const char* program_name = "regression";

void run(std::span<const char* const> arguments) {
  const Options options = parse_options(arguments);
  if (options.help) return write_to_stdout(usage());

  const Dataset data = load_dataset(options);
  if (!options.plot.empty()) check_writable(options.plot);
  if (!options.graph.empty()) check_writable(options.graph);

  const Report report = run_all(data, options);

  std::string plot;
  std::string graph;
  if (!options.plot.empty()) {
    plot = draw_plot(data, report, loss_curve(data, options), options);
  }
  if (!options.graph.empty()) graph = deft::to_dot(report.graph);

  if (!options.plot.empty()) write_file(options.plot, plot);
  if (!options.graph.empty()) write_file(options.graph, graph);
  write_to_stdout(options.json ? to_json(report, data, options) : to_text(report, data, options));
  for (const std::string& warning : report.warnings) warn(program_name, warning);
}

}  // namespace
}  // namespace examples::regression

int main(int argc, char** argv) {
  return examples::run_program(examples::regression::program_name, argc, argv,
                               examples::regression::run);
}
