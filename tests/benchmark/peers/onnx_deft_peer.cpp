/// deft's own side of the tables of inference: a model of ONNX for one example.

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "common/program.hpp"
#include "peers/peer.hpp"

namespace deft::benchmark {
namespace {

constexpr int calls = 200;  // of a round, as in onnxruntime_peer.py

/// The input of onnxruntime_peer.py.
Tensor example_of(const Shape& shape) {
  Tensor x = Tensor::uninitialized(DType::f32, shape);
  const auto to = x.mutable_data<float>();
  for (std::size_t i = 0; i < to.size(); ++i)
    to[i] = static_cast<float>(static_cast<double>(i % 97) / 48.5 - 1);
  return x;
}

double mean_magnitude(const Tensor& y) {
  double sum = 0;
  for (const float element : y.data<float>()) sum += std::abs(element);
  return sum / static_cast<double>(y.num_elements());
}

void infer(std::span<const char* const> arguments) {
  const Graph graph;
  const OnnxModel model = import_onnx(graph, arguments[0], {.batch = 1});
  Session session(graph, {.threads = peer_threads()});
  const Output x = model.input("x");
  const Callable call = session.prepare({model.outputs.at(0).output}, {x});
  const std::vector<Tensor> example{example_of(x.shape())};
  report_rounds(
      "deft", 15,
      [&] {
        for (int i = 1; i < calls; ++i) call(example);
        return call(example).at(0);
      },
      [](const Tensor& y) { return "\"loss\": " + json_number(mean_magnitude(y)); });
}

}  // namespace
}  // namespace deft::benchmark

int main(int argc, char** argv) {
  return examples::run_program("onnx_deft_peer", argc, argv, deft::benchmark::infer);
}
