#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/harness.hpp"
#include "harness/peak_memory.hpp"

namespace deft::benchmark {
namespace {

struct Made {
  double nodes;
  double seconds;  // without those that it takes to destroy everything
  double y;
  double gradient;
};

/// Builds, differentiates and plans a chain, which takes a first run: it is cheap, since all values
/// are scalars. Four operations make a link; with those of its gradient, which needs values from
/// the way forward, they are 12 nodes. At 1 the chain and its derivative are 1.
Made make(std::int64_t nodes) {
  const Stopwatch stopwatch;
  Graph graph;
  const Output x = placeholder(graph, DType::f32, {}, {.name = "x"});
  const Output b = placeholder(graph, DType::f32, {}, {.name = "b"});
  Output y = x;
  for (std::int64_t i = 0; i < nodes / 12; ++i) y = abs(sqrt(square(y))) + b;
  const Output gradient = gradients(y, {x}).at(0);

  Session session(graph, {.threads = 1});
  const Callable callable = session.prepare({y, gradient}, {x, b});
  const std::vector<Tensor> results = callable({Tensor::scalar(1.0F), Tensor::scalar(0.0F)});
  return {static_cast<double>(graph.num_nodes()), stopwatch.seconds(), results[0].item<float>(),
          results[1].item<float>()};
}

}  // namespace

std::vector<double> child_graph(const std::vector<std::int64_t>& arguments) {
  make(120);  // what happens once in a process is not what a node costs
  const double before = memory_now();
  const Made made = make(arguments.at(0));
  return {made.nodes, made.seconds, memory_peak() - before, made.y, made.gradient};
}

}  // namespace deft::benchmark
