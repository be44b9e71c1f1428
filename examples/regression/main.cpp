/// Linear regression by gradient descent, as a deferred graph: see model.cpp for the graph and
/// training.cpp for the session.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include <deft/deft.hpp>

#include "dataset.hpp"
#include "errors.hpp"
#include "files.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "report.hpp"
#include "training.hpp"

namespace regression {
namespace {

void run(const Options& options) {
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
}

int fail(std::string message, int status) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "regression: %s\n", message.c_str());
  return status;
}

}  // namespace
}  // namespace regression

int main(int argc, char** argv) {
  using namespace regression;
  try {
    run(parse_options({argv + std::min(argc, 1), argv + argc}));
    return 0;
  } catch (const Divergence& divergence) {
    return fail(divergence.what(), 1);
  } catch (const std::bad_alloc&) {
    return fail("not enough memory", 2);
  } catch (const std::exception& error) {
    return fail(error.what(), 2);
  }
}
