#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {

TEST_CASE("a value is repeated to a shape, of dtypes that deft only keeps too") {
  const TestInput shape = known(Tensor{std::int64_t{2}});
  CHECK(
      same_bytes(OneNode{.op = "ConstantOfShape", .inputs = {shape}}.value(), Tensor{0.0F, 0.0F}));
  CHECK(same_bytes(OneNode{.op = "ConstantOfShape",
                           .inputs = {shape},
                           .attributes = {{"value", Tensor{BFloat16(2)}}}}
                       .value(),
                   Tensor{BFloat16(2), BFloat16(2)}));
  const OneNode two{
      .op = "ConstantOfShape", .inputs = {shape}, .attributes = {{"value", Tensor{1, 2}}}};
  CHECK(two.refusal().find("its value is i32[2], not one number") != std::string::npos);
}

TEST_CASE("ranges of integers are exact, and of narrow ones are theirs") {
  const auto range_of = [](const Tensor& start, const Tensor& limit, const Tensor& delta) {
    return OneNode{.op = "Range", .inputs = {known(start), known(limit), known(delta)}}.value();
  };
  const std::int64_t far = (std::int64_t{1} << 53) + 1;
  CHECK(same_bytes(
      range_of(Tensor::scalar(far), Tensor::scalar(far - 4), Tensor::scalar(std::int64_t{-3})),
      Tensor{far, far - 3}));
  CHECK(same_bytes(range_of(Tensor::scalar(std::int16_t{1}), Tensor::scalar(std::int16_t{4}),
                            Tensor::scalar(std::int16_t{2})),
                   Tensor{std::int16_t{1}, std::int16_t{3}}));
  CHECK(same_bytes(
      range_of(Tensor::scalar(Half(0)), Tensor::scalar(Half(1)), Tensor::scalar(Half(0.5F))),
      Tensor{Half(0), Half(0.5F)}));
}

TEST_CASE("a range up to a batch that is not known") {
  ModelBuilder model;
  model.input("x", DType::f32, {"batch"})
      .initializer("start", Tensor::scalar(std::int64_t{0}))
      .initializer("delta", Tensor::scalar(std::int64_t{1}))
      .node("Shape", {"x"}, {"shape"})
      .node("Squeeze", {"shape"}, {"limit"})
      .node("Range", {"start", "limit", "delta"}, {"y"})
      .output("y");
  const Graph graph;
  const OnnxModel imported = model.import(graph);
  Session session(graph);
  const std::vector<Tensor> y =
      session.run({imported.output("y")}, {{imported.input("x"), Tensor{5.0F, 5.0F, 5.0F}}});
  CHECK(same_bytes(y[0], Tensor{std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}));
}

TEST_CASE("a range up to what is computed is refused") {
  const OneNode node{
      .op = "Range",
      .inputs = {known(Tensor::scalar(0)), Tensor::scalar(3), known(Tensor::scalar(1))}};
  CHECK(node.refusal().find("its limit, \"b\", must be known at import") != std::string::npos);
}

TEST_CASE("ones on a diagonal, of the dtype and shape of another tensor") {
  const Tensor x{{7.0F, 7.0F, 7.0F}, {7.0F, 7.0F, 7.0F}};
  OneNode node{.op = "EyeLike", .inputs = {x}, .attributes = {{"k", 1}}};
  CHECK(same_bytes(node.value(), Tensor{{0.0F, 1.0F, 0.0F}, {0.0F, 0.0F, 1.0F}}));
  node.inputs = {batched(x)};
  node.attributes = {{"k", -1}, {"dtype", 9}};
  CHECK(same_bytes(node.value(), Tensor{{false, false, false}, {true, false, false}}));
  node.inputs = {Tensor{1.0F}};
  CHECK(node.refusal().find("must be a matrix") != std::string::npos);
}

}  // namespace deft::onnx
