#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

const std::string training = "ai.onnx.preview.training";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// c = a * b, and its gradient node with these attributes and inputs.
ModelBuilder product_with_gradient(const Names& inputs, const Attributes& attributes) {
  ModelBuilder model(17);
  model.opset(training, 1);
  model.input("a", DType::f32, {2}).input("b", DType::f32, {2});
  model.node("Mul", {"a", "b"}, {"c"}).output("c");
  model.node("Gradient", inputs, {"da"}, attributes, training).output("da");
  return model;
}

}  // namespace

TEST_CASE("Gradient is that of the sum of a value, which is computed before it") {
  const ModelBuilder model =
      product_with_gradient({"a", "b"}, {{"xs", Names{"a"}}, {"zs", Names{"b"}}, {"y", "c"}});
  const Graph graph;
  const OnnxModel imported = model.import(graph, {.outputs = {"da"}});
  Session session(graph);
  const Tensor gradient = session.run(
      {imported.output("da")},
      {{imported.input("a"), Tensor{1.0F, 2.0F}}, {imported.input("b"), Tensor{3.0F, 4.0F}}})[0];
  CHECK(gradient == Tensor{3.0F, 4.0F});
}

TEST_CASE("Gradient at other values than those of the graph is refused") {
  const auto refusal = [](const Names& inputs, const Attributes& attributes) {
    const Graph graph;
    return std::string(
        caught<FileError>([&] { product_with_gradient(inputs, attributes).import(graph); }).what());
  };
  CHECK(contains(refusal({"b"}, {{"xs", Names{"a"}}, {"y", "c"}}),
                 "it asks for the gradient at another value of \"a\" than the graph has"));
  CHECK(contains(refusal({"a", "b"}, {{"xs", Names{"a"}}, {"y", "c"}}),
                 "it has 2 inputs for 1 names in xs and zs"));
  CHECK(contains(refusal({"a"}, {{"xs", Names{"a"}}, {"y", "d"}}), "\"d\""));
}

TEST_CASE("optimizers update several tensors of f64, with a rate in f32") {
  const Tensor rate = Tensor::scalar(0.5F);
  const Tensor count = Tensor::scalar(std::int64_t{0});
  const OneNode momentum{.op = "Momentum",
                         .inputs = {rate, count, Tensor{1.0}, Tensor{2.0, 3.0}, Tensor{4.0},
                                    Tensor{1.0, 1.0}, Tensor{10.0}, Tensor{0.0, 2.0}},
                         .attributes = {{"alpha", 0.5},
                                        {"beta", 0.25},
                                        {"norm_coefficient", 0.0},
                                        {"mode", "standard"}},
                         .outputs = 4,
                         .domain = training};
  const std::vector<Tensor> made = momentum.run();
  CHECK(made.at(0) == Tensor{1.0 - 0.5 * 9});  // beta is 1 in the update 0
  CHECK(made.at(1) == Tensor{2.0 - 0.5 * 1, 3.0 - 0.5 * 2});
  CHECK(made.at(2) == Tensor{9.0});
  CHECK(made.at(3) == Tensor{1.0, 2.0});
}

TEST_CASE("Adam corrects its rate from the update 1 on") {
  const auto updated = [](std::int64_t count) {
    return OneNode{.op = "Adam",
                   .inputs = {Tensor::scalar(1.0F), Tensor::scalar(count), Tensor{0.0}, Tensor{2.0},
                              Tensor{0.0}, Tensor{0.0}},
                   .attributes = {{"alpha", 0.5}, {"beta", 0.75}, {"epsilon", 0.0}},
                   .outputs = 3,
                   .domain = training}
        .run()
        .at(0)
        .item<double>();
  };
  CHECK(updated(0) == doctest::Approx(-1));  // mean 1, root of the mean square 1
  CHECK(updated(1) == doctest::Approx(-std::sqrt(0.25) / 0.5));
  CHECK(updated(2) == doctest::Approx(-std::sqrt(1 - 0.5625) / 0.75));
}

TEST_CASE("optimizers refuse inputs that are not as many for each tensor") {
  const Tensor one{1.0F};
  const OneNode adam{.op = "Adam", .inputs = {one, one, one, one, one}, .domain = training};
  CHECK(contains(adam.refusal(), "it has 5 inputs, and needs 2 and 4 for each tensor"));
}

}  // namespace deft::onnx
