// "Load weights from Python" of examples/README.md. What Python's own library writes is read by the
// test interop.python.

#include <map>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/temp_folder.hpp"

namespace deft {
namespace {

TEST_CASE("the page about weights from Python") {
  const TempFolder folder;
  const std::string path = folder / "weights.safetensors";
  std::vector<float> numbers(16 * 4);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
  const Tensor bias = Tensor::from(std::vector<float>(16, 0.5F));
  write_safetensors(path, {{"fc1.weight", Tensor::from({16, 4}, numbers)}, {"fc1.bias", bias}});

  const Graph graph;
  const Random random(graph);
  const Dense layer(random, 4, 16);
  Session session(graph);

  std::map<std::string, Tensor> weights;
  for (const NamedTensor& named : read_safetensors(path).tensors)
    weights[named.name] = named.tensor;
  Output w = placeholder(graph, DType::f32, {16, 4});
  session.set({{layer.weight, session.eval(transpose(w), {{w, weights.at("fc1.weight")}})},
               {layer.bias, weights.at("fc1.bias")}});

  CHECK(session.value(layer.weight).at<float>(3, 7) == 7 * 4 + 3);
  CHECK(session.value(layer.bias) == bias);

  session.set(layer.bias, Tensor::zeros(DType::f32, {16}));
  restore(session, path, {.only = {layer.bias}, .rename = {{"dense/bias", "fc1.bias"}}});
  CHECK(session.value(layer.bias) == bias);
}

}  // namespace
}  // namespace deft
