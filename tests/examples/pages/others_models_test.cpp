// "Open a model of others", "Give a model to others" and "Go on with a training of TensorFlow 1" of
// examples/README.md.

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>
#include <deft/tensorflow/tensorflow.hpp>

#include "support/data_path.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

Tensor recorded(const std::string& path, const std::string& name) {
  for (const NamedTensor& named : read_npz(data_path(path)))
    if (named.name == name) return named.tensor;
  throw std::runtime_error(path + " has no " + name);
}

float largest_difference(const Tensor& a, const Tensor& b) {
  float largest = 0;
  const auto x = a.data<float>(), y = b.data<float>();
  REQUIRE(x.size() == y.size());
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

}  // namespace

TEST_CASE("the page about opening a model") {
  const std::string path = data_path("onnx/tf/mlp_adam_frozen_op17.onnx");
  const Tensor x = recorded("onnx/tf/mlp_adam_frozen_op17.npz", "in:x:0");

  Graph graph;
  OnnxModel model = import_onnx(graph, path);
  Session session(graph);
  Tensor logits = session.run({model.output("logits:0")}, {{model.input("x:0"), x}}).at(0);

  const Tensor expected = recorded("onnx/tf/mlp_adam_frozen_op17.npz", "out:logits:0");
  CHECK(largest_difference(logits, expected) < 1e-5F);
}

TEST_CASE("the page about training what was opened") {
  const std::string path = data_path("onnx/tf/mlp_adam_frozen_op17.onnx");
  const Tensor x = recorded("onnx/tf/mlp_adam_frozen_op17.npz", "in:x:0");
  Tensor y = Tensor::zeros(DType::i64, {x.shape()[0]});
  for (std::int64_t i = 0; i < x.shape()[0]; ++i) y.set({i}, std::int64_t{x.at<float>(i, 0) > 0});
  Graph graph;

  OnnxModel model = import_onnx(graph, path, {.variables = "l3/*"});  // the last layer alone
  Output labels = placeholder(graph, DType::i64, {Shape::unknown});
  Output loss = softmax_cross_entropy(model.output("logits:0"), labels);
  Training train = minimize(loss, Adam{.rate = 0.01});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(train, {{model.input("x:0"), x}, {labels, y}}, {.steps = 100});

  CHECK(train.parameters.size() == 2);
  const std::vector<Feed> feeds{{model.input("x:0"), x}, {labels, y}};
  const float after = session.run({loss}, feeds).at(0).item<float>();
  session.run(global_variables_initializer(graph));
  CHECK(after < 0.7F * session.run({loss}, feeds).at(0).item<float>());
}

TEST_CASE("the page about giving a model to others") {
  const TempFolder folder;
  const std::string path = folder / "model.onnx";
  Graph graph;
  Random random(graph, {.seed = 1});
  Sequential model{Dense(random, 4, 16), relu, Dense(random, 16, 3)};
  Session session(graph);
  session.run(global_variables_initializer(graph));

  Output pixels = placeholder(graph, DType::f32, {Shape::unknown, 4}, {.name = "pixels"});
  Output logits = model(pixels, Mode::evaluate);
  export_onnx({{"logits", logits}}, path,
              {.value_of = [&](const Output& variable) { return session.value(variable); }});

  const Tensor x{{1.0F, 2.0F, -3.0F, 0.5F}, {0.0F, -1.0F, 2.0F, 4.0F}};
  const Graph other;
  const OnnxModel read = import_onnx(other, path);
  Session reader(other);
  CHECK(bitwise_equal(reader.run({read.output("logits")}, {{read.input("pixels"), x}}).at(0),
                      session.run({logits}, {{pixels, x}}).at(0)));
}

TEST_CASE("the page about going on with a training of TensorFlow 1") {
  const TempFolder kept;
  const std::string folder = data_path("tensorflow");
  const std::string prefix = kept / "mlp.ckpt-50";
  const Tensor x = recorded("tensorflow/mlp_adam.npz", "x");
  const Tensor labels = recorded("tensorflow/mlp_adam.npz", "labels");

  Graph graph;
  ImportedGraph model = import_graph_def(graph, folder + "/mlp_adam.pb", {.batch = 256});
  Session session(graph);
  session.set(model.restored(read_tensorflow_checkpoint(folder + "/mlp_adam.ckpt")));
  session.run(model.find("train"), {{model.find("x"), x}, {model.find("labels"), labels}},
              {.steps = 25});
  std::vector<NamedTensor> values;
  for (const auto& [name, variable] : model.variables)
    values.push_back({name, session.value(variable)});
  write_tensorflow_checkpoint(prefix, values);  // for TensorFlow to go on

  const Tensor expected = recorded("tensorflow/mlp_adam.npz", "var50:l1/W");
  CHECK(largest_difference(session.value(model.variables.at("l1/W")), expected) < 2e-6F);
  CHECK(read_tensorflow_checkpoint(prefix).size() == values.size());
}

}  // namespace deft
