#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

Tensor integers(const Integers& values) { return Tensor::from(values); }

Tensor ones(const Shape& shape) {
  return Tensor::from(shape, std::vector<float>(static_cast<std::size_t>(shape.num_elements()), 1));
}

/// The shape that a node gives, as far as it is known at import.
Shape shape_of(const OneNode& node) {
  const Graph graph;
  return node.model().import(graph).outputs.at(0).output.shape();
}

/// Reshape(x, shape), where shape is made of the dimensions of x [batch, 2, 3] and of constants.
ModelBuilder reshape_by_own_shape(const Integers& rest) {
  ModelBuilder model;
  model.input("x", DType::f32, {"batch", std::int64_t{2}, std::int64_t{3}})
      .initializer("zero", integers({0}))
      .initializer("rest", integers(rest))
      .node("Shape", {"x"}, {"all"})
      .node("Gather", {"all", "zero"}, {"first"})
      .node("Concat", {"first", "rest"}, {"shape"}, {{"axis", 0}})
      .node("Reshape", {"x", "shape"}, {"y"})
      .output("y");
  return model;
}

}  // namespace

TEST_CASE("a batch that is not known goes through reshapes") {
  const TestInput x = batched(ones({4, 2, 3}));
  const auto reshaped = [&](const Integers& target) {
    return OneNode{.op = "Reshape", .inputs = {x, known(integers(target))}};
  };
  CHECK(shape_of(reshaped({0, -1})) == Shape{Shape::unknown, 6});
  CHECK(shape_of(reshaped({-1, 6})) == Shape{Shape::unknown, 6});
  CHECK(shape_of(reshaped({0, 3, 2})) == Shape{Shape::unknown, 3, 2});
  CHECK(reshaped({0, -1}).value().shape() == Shape{4, 6});
  CHECK(reshaped({-1, -1}).refusal().find("its shape has -1 twice") != std::string::npos);
  CHECK(reshaped({1, 2, 3, 0}).refusal().find("copies dimension 3") != std::string::npos);
}

TEST_CASE("a dimension of a tensor is known as its own") {
  const Graph graph;
  const OnnxModel model = reshape_by_own_shape({-1}).import(graph);
  CHECK(model.output("y").shape() == Shape{Shape::unknown, 6});
  Session session(graph);
  const std::vector<Tensor> y =
      session.run({model.output("y")}, {{model.input("x"), ones({5, 2, 3})}});
  CHECK(y[0].shape() == Shape{5, 6});
}

TEST_CASE("a dimension that may be any is not guessed") {
  ModelBuilder model;
  model.input("x", DType::f32, {"batch", std::int64_t{6}})
      .input("other", DType::f32, {"rows"})
      .initializer("rest", integers({-1}))
      .node("Shape", {"other"}, {"rows"})
      .node("Concat", {"rows", "rest"}, {"shape"}, {{"axis", 0}})
      .node("Reshape", {"x", "shape"}, {"y"})
      .output("y");
  const Graph graph;
  const FileError error = caught<FileError>([&] { model.import(graph); });
  CHECK(error.info().message.find("several dimensions of its result are not known; bind those of "
                                  "its input, f32[?, 6]") != std::string::npos);
}

TEST_CASE("0 copies a dimension unless it is allowed as one") {
  const TestInput empty{ones({0, 3})};
  OneNode node{.op = "Reshape", .inputs = {empty, known(integers({3, 0}))}};
  CHECK(node.refusal().find("reshape") != std::string::npos);  // 3 by 3 of nothing
  node.attributes = {{"allowzero", 1}};
  CHECK(node.value().shape() == Shape{3, 0});
}

TEST_CASE("Flatten cuts before any axis") {
  const Tensor x = ones({2, 3, 4});
  const auto flat = [&](int axis) {
    return OneNode{.op = "Flatten", .inputs = {x}, .attributes = {{"axis", axis}}}.value().shape();
  };
  CHECK(flat(0) == Shape{1, 24});
  CHECK(flat(2) == Shape{6, 4});
  CHECK(flat(3) == Shape{24, 1});
  CHECK(flat(-1) == Shape{6, 4});
  CHECK(shape_of({.op = "Flatten", .inputs = {batched(x)}}) == Shape{Shape::unknown, 12});
  CHECK(shape_of({.op = "Flatten", .inputs = {batched(x)}, .attributes = {{"axis", 2}}}) ==
        Shape{Shape::unknown, 4});
}

TEST_CASE("axes are attributes before version 13, and inputs from then on") {
  const Tensor x = ones({1, 3, 1});
  CHECK(OneNode{.op = "Squeeze", .inputs = {x}, .attributes = {{"axes", Integers{0}}}, .opset = 11}
            .value()
            .shape() == Shape{3, 1});
  CHECK(OneNode{.op = "Squeeze", .inputs = {x, known(integers({-1}))}}.value().shape() ==
        Shape{1, 3});
  CHECK(OneNode{.op = "Squeeze", .inputs = {x}}.value().shape() == Shape{3});
  CHECK(OneNode{.op = "Unsqueeze", .inputs = {Tensor{1.0F}, known(integers({2, 0}))}}
            .value()
            .shape() == Shape{1, 1, 1});
  CHECK(OneNode{.op = "Squeeze", .inputs = {batched(x)}}.refusal().find(
            "which dimensions of f32[?, 3, 1] are 1 is not known") != std::string::npos);
  CHECK(OneNode{.op = "Unsqueeze", .inputs = {x}}.refusal().find("it has no axes") !=
        std::string::npos);
  CHECK(OneNode{.op = "Squeeze", .inputs = {x, integers({0})}}.refusal().find(
            "its axes, \"b\", must be known at import") != std::string::npos);
}

TEST_CASE("Shape gives a part from version 15 on") {
  OneNode node{.op = "Shape", .inputs = {ones({2, 3, 4})}, .attributes = {{"start", -2}}};
  CHECK(same_bytes(node.value(), integers({3, 4})));
  node.attributes.emplace_back("end", 2);
  CHECK(same_bytes(node.value(), integers({3})));
  node.opset = 13;
  CHECK(same_bytes(node.value(), integers({2, 3, 4})));
}

TEST_CASE("Expand broadcasts both ways") {
  const auto expanded = [](const TestInput& x, const Integers& target) {
    return OneNode{.op = "Expand", .inputs = {x, known(integers(target))}};
  };
  CHECK(expanded(ones({3, 1}), {2, 1, 4}).value().shape() == Shape{2, 3, 4});
  CHECK(expanded(ones({3, 1}), {}).value().shape() == Shape{3, 1});
  CHECK(expanded(ones({1}), {0}).value().shape() == Shape{0});
  const OneNode open = expanded(batched(ones({5, 1})), {1, 4});
  CHECK(shape_of(open) == Shape{Shape::unknown, 4});
  CHECK(same_bytes(open.value(), ones({5, 4})));
}

TEST_CASE("Expand to the shape of a tensor whose batch is not known") {
  ModelBuilder model;
  model.input("x", DType::f32, {std::int64_t{1}, std::int64_t{2}})
      .input("like", DType::f32, {"batch", std::int64_t{2}})
      .node("Shape", {"like"}, {"shape"})
      .node("Expand", {"x", "shape"}, {"y"})
      .node("ConstantOfShape", {"shape"}, {"zeros"})
      .output("y")
      .output("zeros");
  const Graph graph;
  const OnnxModel imported = model.import(graph);
  Session session(graph);
  const std::vector<Tensor> results =
      session.run({imported.output("y"), imported.output("zeros")},
                  {{imported.input("x"), ones({1, 2})}, {imported.input("like"), ones({3, 2})}});
  CHECK(same_bytes(results[0], ones({3, 2})));
  CHECK(same_bytes(results[1], Tensor::zeros(DType::f32, {3, 2})));
}

TEST_CASE("Expand to dimensions of several tensors, of which none is known") {
  ModelBuilder model;
  model.input("x", DType::f32, {"rows", std::int64_t{1}, std::int64_t{2}})
      .input("a", DType::f32, {"many", std::int64_t{7}})
      .initializer("zero", integers({0}))
      .initializer("two", integers({2}))
      .node("Shape", {"a"}, {"shape"})
      .node("Gather", {"shape", "zero"}, {"many"})
      .node("Concat", {"two", "zero", "many", "two"}, {"none"}, {{"axis", 0}})
      .node("Shape", {"x"}, {"own"})
      .node("Gather", {"own", "zero"}, {"rows"})
      .node("Concat", {"rows", "many", "two"}, {"target"}, {{"axis", 0}})
      .node("Expand", {"x", "target"}, {"y"})
      .node("ConstantOfShape", {"none"}, {"empty"})
      .output("y")
      .output("empty");
  const Graph graph;
  const OnnxModel imported = model.import(graph);
  CHECK(imported.output("y").shape() == Shape{Shape::unknown, Shape::unknown, 2});
  Session session(graph);
  const std::vector<Tensor> results =
      session.run({imported.output("y"), imported.output("empty")},
                  {{imported.input("x"), ones({3, 1, 2})}, {imported.input("a"), ones({4, 7})}});
  CHECK(same_bytes(results[0], ones({3, 4, 2})));
  CHECK(results[1].shape() == Shape{2, 0, 4, 2});
}

TEST_CASE("Expand to what is computed of a dimension is refused") {
  ModelBuilder model;
  model.input("x", DType::f32, {"batch", std::int64_t{1}})
      .initializer("two", integers({2}))
      .node("Shape", {"x"}, {"shape"})
      .node("Mul", {"shape", "two"}, {"twice"})
      .node("Expand", {"x", "twice"}, {"y"})
      .output("y");
  const Graph graph;
  const FileError error = caught<FileError>([&] { model.import(graph); });
  CHECK(error.info().message.find("element 0 of its shape is not known; bind what it depends on") !=
        std::string::npos);
}

}  // namespace deft::onnx
