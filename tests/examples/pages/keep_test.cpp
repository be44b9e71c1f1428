// "Keep, and go on" of examples/README.md.

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "line_model.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// The page's training in `folder`; the bytes of its weights.
Tensor weights_after_page(const std::string& folder) {
  const LineModel model;
  const Graph& graph = model.graph;
  const Output& loss = model.loss;
  const Training train = minimize(loss, Adam{.rate = 0.05});

  Checkpoints checkpoints(graph, folder, {.keep = 3, .best = Better::lower});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  checkpoints.restore_latest(session);  // if there is one
  while (session.value(global_step(graph)).item<std::int64_t>() < 300) {
    session.run(train, {.steps = 100});
    checkpoints.save(session, {.metric = session.eval(loss).item<float>()});
  }
  checkpoints.restore_best(session);

  CHECK(session.eval(loss).item<float>() < 0.01F);
  return session.value(model.weights);
}

TEST_CASE("the page about keeping and going on") {
  const TempFolder folder;
  const Tensor expected = weights_after_page(folder / "whole");
  CHECK(weights_after_page(folder / "whole") == expected);  // there is nothing left to do

  // As if it had been killed after the first 100 steps.
  weights_after_page(folder / "cut");
  for (const char* late : {"step-000000200", "step-000000300", "best"}) {
    CHECK(std::filesystem::remove(folder / (std::string("cut/") + late + ".safetensors")));
  }
  CHECK(weights_after_page(folder / "cut") == expected);
}

TEST_CASE("the page about one file alone") {
  const TempFolder folder;
  const std::string path = folder / "a.safetensors";
  const LineModel model;
  const Training train = minimize(model.loss, Adam{});
  Session session(model.graph);
  session.run(global_variables_initializer(model.graph));
  session.run(train, {.steps = 10});
  const Tensor expected = session.value(model.weights);

  save(session, path, {.variables = train.parameters});
  session.run(train, {.steps = 10});
  CHECK(session.value(model.weights) != expected);
  restore(session, path, {.only = train.parameters});
  CHECK(session.value(model.weights) == expected);
}

}  // namespace
}  // namespace deft
