#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

Tensor f32(const Shape& shape, const std::vector<float>& values) {
  return Tensor::from(shape, values);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Hardmax is of the last axis, and before version 13 of all from axis 1 on") {
  const TestInput x = batched(f32({1, 2, 2}, {1, 4, 3, 2}));
  CHECK(OneNode{"Hardmax", {x}, {}, 13}.value() == f32({1, 2, 2}, {0, 1, 1, 0}));
  CHECK(OneNode{"Hardmax", {x}, {}, 11}.value() == f32({1, 2, 2}, {0, 1, 0, 0}));
  CHECK(OneNode{"Hardmax", {x}, {{"axis", 2}}, 11}.value() == f32({1, 2, 2}, {0, 1, 1, 0}));
  CHECK(OneNode{"Hardmax", {x}, {{"axis", 1}}, 13}.value() == f32({1, 2, 2}, {0, 1, 1, 0}));
}

TEST_CASE("before version 13 Softmax flattens what is known") {
  const auto model = [](const std::vector<ModelBuilder::Dimension>& dimensions) {
    ModelBuilder built(11);
    built.input("x", DType::f32, dimensions).node("Softmax", {"x"}, {"y"}).output("y");
    return built;
  };
  const Graph graph;
  CHECK(model({"batch", 2, 3}).import(graph).output("y").shape() == Shape{Shape::unknown, 2, 3});
  CHECK(model({2, "width", 3}).import(graph).output("y").shape() == Shape{2, Shape::unknown, 3});
  const std::string why = caught<FileError>([&] {
                            model({"batch", "width", 3}).import(graph);
                          }).what();
  CHECK(contains(why, "of which the dimensions before or behind its axis must be known"));
}

TEST_CASE("Softmax and LogSoftmax of f16") {
  const Tensor x = Tensor::from({1, 2}, std::vector<Half>{Half(0.0F), Half(0.0F)});
  CHECK(OneNode{"Softmax", {x}}.value() ==
        Tensor::from({1, 2}, std::vector<Half>{Half(0.5F), Half(0.5F)}));
  CHECK(OneNode{"LogSoftmax", {x}}.value().to<double>().at(0) ==
        doctest::Approx(-std::log(2.0)).epsilon(1e-3));
}

TEST_CASE("NegativeLogLikelihoodLoss weighs classes and ignores a label out of range") {
  const TestInput x = batched(f32({3, 2}, {-1, -2, -3, -4, -5, -6}));
  const Tensor labels{std::int64_t{0}, std::int64_t{1}, std::int64_t{9}};
  const Tensor weights{1.0F, 3.0F};
  const auto loss = [&](const char* reduction) {
    return OneNode{"NegativeLogLikelihoodLoss",
                   {x, labels, weights},
                   {{"reduction", reduction}, {"ignore_index", 9}}};
  };
  CHECK(loss("none").value() == f32({3}, {1, 12, 0}));
  CHECK(loss("sum").value() == Tensor::scalar(13.0F));
  CHECK(loss("mean").value() == Tensor::scalar(13.0F / 4));
  CHECK(contains(loss("most").refusal(), "its reduction \"most\" is none that ONNX knows"));
}

TEST_CASE("SoftmaxCrossEntropyLoss gives the log-probabilities too") {
  const OneNode loss{.op = "SoftmaxCrossEntropyLoss",
                     .inputs = {batched(f32({1, 2}, {0, 0})), Tensor{std::int64_t{1}}},
                     .outputs = 2};
  const std::vector<Tensor> made = loss.run();
  CHECK(made.at(0).item<float>() == doctest::Approx(std::log(2.0)));
  CHECK(made.at(1).shape() == Shape{1, 2});
  CHECK(made.at(1).at<float>(0, 0) == doctest::Approx(-std::log(2.0)));
}

}  // namespace deft::onnx
