/// Ridge regressions for a grid of penalties and k folds, trained at once in one deferred graph:
/// see model.cpp for the graph and training.cpp for the session.

#include <span>
#include <string>

#include "common/files.hpp"
#include "common/numpy_random.hpp"
#include "common/program.hpp"
#include "cross_validation.hpp"
#include "dataset.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "report.hpp"

namespace examples::kfold {
namespace {

constexpr const char* program_name = "kfold";

void run(std::span<const char* const> arguments) {
  const Options options = parse_options(arguments);
  if (options.help) return write_to_stdout(usage());

  NumpyRandom random(options.seed);
  const Dataset data = load_dataset(options, random);
  for (const std::string& path : {options.svg, options.trace}) {
    if (!path.empty()) check_writable(path);
  }

  const Report report = cross_validate(data, options, random);

  if (!options.svg.empty()) write_file(options.svg, draw_plot(report));
  if (!options.trace.empty()) write_file(options.trace, report.training_profile.trace());
  write_to_stdout(options.json ? to_json(report, options) : to_text(report, options));
  for (const std::string& warning : report.warnings) warn(program_name, warning);
}

}  // namespace
}  // namespace examples::kfold

int main(int argc, char** argv) {
  return examples::run_program(examples::kfold::program_name, argc, argv, examples::kfold::run);
}
