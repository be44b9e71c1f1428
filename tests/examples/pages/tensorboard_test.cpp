// "Watch in TensorBoard" of examples/README.md.

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "line_model.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

TEST_CASE("the page about TensorBoard") {
  const TempFolder temp;
  const std::string folder = temp / "runs";
  const LineModel model;
  const Graph& graph = model.graph;
  const Output& loss = model.loss;
  const Output& weights = model.weights;
  const Training train = minimize(loss, Adam{});
  Session session(graph);
  session.run(global_variables_initializer(graph));

  EventWriter log(folder + "/run1");
  log.graph(graph);
  log.hyper_parameters({{"rate", 0.01}, {"model", "mlp"}}, {"loss"});
  for (int epoch = 0; epoch < 3; ++epoch) {
    session.run(train, {.steps = 100});
    const std::vector<Tensor> now = session.run({global_step(graph), loss, weights});
    log.scalar("loss", now[0], now[1]);
    log.histogram("weights", now[0], now[2]);
  }

  const std::string bytes = bytes_of_file(log.path());
  for (const char* part : {"loss", "weights", "rate", "mlp", "mean_squared_error"}) {
    CAPTURE(part);
    CHECK(bytes.find(part) != std::string::npos);
  }
}

}  // namespace
}  // namespace deft
