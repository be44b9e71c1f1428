// event_files <folder>: writes two runs, first and second, under <folder>/all and, with metrics,
// under <folder>/chosen. For the script that asks TensorBoard what is in them.
#include <deft/deft.hpp>
#include <deft/runtime/event_writer.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace deft;

Graph network() {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3}, {.name = "x"});
  const NameScope scope(graph, "layer");
  const Output w = constant(graph, Tensor::zeros(DType::f32, {3, 2}), {.name = "w"});
  const Output y = matmul(x, w, {.name = "y"});
  const ControlDependencies after(graph, {w});
  top_k(y, 1, {.name = "best"});
  return graph;
}

/// 0, 1, ... as bytes.
Tensor pixels(const Shape& shape) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(shape.num_elements()));
  std::iota(values.begin(), values.end(), std::uint8_t{0});
  return Tensor::from(shape, std::move(values));
}

void write_run(const std::string& folder, double rate, const std::vector<std::string>& metrics) {
  EventWriter log(folder);
  log.hyper_parameters({{"rate", rate}, {"layers", 2}, {"model", "mlp"}, {"nesterov", rate > 0.05}},
                       metrics);
  log.graph(network());
  for (int step = 0; step < 100; ++step)
    log.scalars(step, {{"train/loss", rate / (step + 1)}, {"train/accuracy", Tensor{0.5F}}});
  log.scalar("odd", -1, std::numeric_limits<double>::quiet_NaN());
  log.scalar("odd", 0x7FFFFFFF, std::numeric_limits<double>::infinity());
  std::vector<float> weights(1000);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 30) + 0.5F;
  weights.push_back(30);
  weights.push_back(0);
  weights.push_back(std::nanf(""));
  log.histogram("layer/w", 7, Tensor::from(weights));
  log.histogram("layer/zero", 7, Tensor::zeros(DType::i32, {5}));
  log.histogram("layer/none", 7, Tensor());
  log.image("gray", 1, pixels({9, 5}));
  log.image("batch", 1, pixels({2, 3, 4, 4}));
  log.text("notes", 3, "some *d\u00E9ft* text");
  log.flush();
  EventWriter(folder).scalar("train/loss", 100, rate);  // a training that goes on
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) return 2;
    const std::string folder = argv[1];
    for (const bool chosen : {false, true}) {
      const std::vector<std::string> metrics(chosen ? 1 : 0, "train/loss");
      const std::string runs = folder + (chosen ? "/chosen" : "/all");
      write_run(runs + "/first", 0.1, metrics);
      write_run(runs + "/second", 0.01, metrics);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
