#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {

TEST_CASE("products of narrow integers and of floats of 16 bits") {
  const Tensor x{{std::uint8_t{200}, std::uint8_t{3}}}, y{{std::uint8_t{2}}, {std::uint8_t{1}}};
  CHECK(same_bytes(OneNode{.op = "MatMul", .inputs = {x, y}}.value(), Tensor{{std::uint8_t{147}}}));
  const Tensor a{{Half(1), Half(2)}}, b{{Half(3)}, {Half(4)}};
  CHECK(same_bytes(OneNode{.op = "MatMul", .inputs = {a, b}}.value(), Tensor{{Half(11)}}));
}

TEST_CASE("Gemm scales, transposes and adds what broadcasts") {
  const Tensor a{{1.0F}, {2.0F}}, b{{3.0F}, {4.0F}};  // [2, 1], [2, 1]
  OneNode node{.op = "Gemm",
               .inputs = {a, b, Tensor{{100.0F}}},
               .attributes = {{"alpha", 2.0}, {"beta", 0.5}, {"transA", 1}}};
  CHECK(same_bytes(node.value(), Tensor{{72.0F}}));
  node.inputs.pop_back();
  CHECK(same_bytes(node.value(), Tensor{{22.0F}}));
}

TEST_CASE("Gemm of integers is not scaled by fractions") {
  OneNode node{.op = "Gemm",
               .inputs = {Tensor{{3}}, Tensor{{5}}, Tensor{7}},
               .attributes = {{"alpha", 2.0}}};
  CHECK(same_bytes(node.value(), Tensor{{37}}));
  node.attributes = {{"alpha", 0.5}};
  CHECK(node.refusal().find("its alpha is 0.5") != std::string::npos);
}

TEST_CASE("a factor of 1 leaves nothing but the product") {
  const Graph graph;
  const OnnxModel model =
      OneNode{.op = "Gemm", .inputs = {batched(Tensor{{1.0F}}), known(Tensor{{2.0F}})}}
          .model()
          .import(graph);
  CHECK(model.outputs[0].output.node().op->name == "matmul");
  CHECK(model.outputs[0].output.shape() == Shape{Shape::unknown, 1});
}

TEST_CASE("the transpose of a weight is there once, and leaves what else is computed at import") {
  constexpr std::int64_t side = 2048;  // 17 transposes would be more than an import computes
  ModelBuilder model;
  model.input("x0", DType::f32, {"batch", side})
      .initializer("w", Tensor::zeros(DType::f32, {side, side}))
      .initializer("zero", Tensor::scalar(std::int64_t{0}));
  for (int i = 0; i < 17; ++i)
    model.node("MatMul", {"x" + std::to_string(i), "w"}, {"x" + std::to_string(i + 1)});
  model.node("Neg", {"zero"}, {"axis"}).node("CumSum", {"x17", "axis"}, {"y"}).output("y");
  const Graph graph;
  CHECK(model.import(graph).output("y").shape() == Shape{Shape::unknown, side});
  std::size_t constants = 0;
  for (std::size_t id = 0; id < graph.num_nodes(); ++id)
    if (graph.node(static_cast<NodeId>(id)).op->value != nullptr) ++constants;
  CHECK(constants == 3);  // w, its transpose, zero
}

TEST_CASE("Einsum of narrow integers, with spaces in its equation") {
  const OneNode node{
      .op = "Einsum",
      .inputs = {Tensor{std::int8_t{2}, std::int8_t{3}}, Tensor{std::int8_t{5}, std::int8_t{7}}},
      .attributes = {{"equation", "i, i -> "}}};
  CHECK(same_bytes(node.value(), Tensor::scalar(std::int8_t{31})));
}

}  // namespace deft::onnx
