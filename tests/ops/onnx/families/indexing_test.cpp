#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

const Tensor x{{0.0F, 1.0F}, {2.0F, 3.0F}, {4.0F, 5.0F}};

}  // namespace

TEST_CASE("indices count from the end, known or not, of a batch that is not known too") {
  const Tensor taken{{4.0F, 5.0F}, {0.0F, 1.0F}};
  const Tensor indices{std::int64_t{-1}, std::int64_t{0}};
  CHECK(same_bytes(OneNode{.op = "Gather", .inputs = {x, indices}}.value(), taken));
  CHECK(same_bytes(OneNode{.op = "Gather", .inputs = {x, known(indices)}}.value(), taken));
  CHECK(same_bytes(OneNode{.op = "Gather", .inputs = {batched(x), known(indices)}}.value(), taken));
  CHECK(same_bytes(OneNode{.op = "Gather", .inputs = {batched(x), Tensor{-1, 0}}}.value(), taken));
  const Tensor tuples{{std::int64_t{-1}, std::int64_t{-2}}};
  CHECK(
      same_bytes(OneNode{.op = "GatherND", .inputs = {batched(x), tuples}}.value(), Tensor{4.0F}));
  const Tensor elements{{-1, 0}};
  CHECK(same_bytes(OneNode{.op = "GatherElements", .inputs = {x, elements}}.value(),
                   Tensor{{4.0F, 1.0F}}));
}

TEST_CASE("known indices become constants, which need nothing in a run") {
  const auto op_of_indices = [](const Tensor& indices) {
    const Graph graph;
    const OnnxModel model =
        OneNode{.op = "Gather", .inputs = {x, known(indices)}}.model().import(graph);
    const Output gathered = model.outputs[0].output;
    REQUIRE(gathered.node().op->name == "gather");
    return std::string(graph.node(gathered.node().inputs[1].node).op->name);
  };
  CHECK(op_of_indices(Tensor{-1, 0}) == "constant");
  CHECK(op_of_indices(Tensor{1, 0}) == "constant");
}

TEST_CASE("indices beyond the end fail the run") {
  CHECK_THROWS_AS(OneNode({.op = "Gather", .inputs = {x, Tensor{3}}}).run(), RunError);
  CHECK_THROWS_AS(OneNode({.op = "Gather", .inputs = {x, Tensor{-4}}}).run(), RunError);
}

TEST_CASE("what is scattered is combined in its dtype") {
  const Tensor data{std::uint8_t{250}, std::uint8_t{3}};
  const Tensor indices{-2, 0}, updates{std::uint8_t{4}, std::uint8_t{5}};
  OneNode node{.op = "ScatterElements", .inputs = {data, indices, updates}, .opset = 18};
  CHECK(same_bytes(node.value(), Tensor{std::uint8_t{5}, std::uint8_t{3}}));
  node.attributes = {{"reduction", "add"}};
  CHECK(same_bytes(node.value(), Tensor{std::uint8_t{3}, std::uint8_t{3}}));  // 259 - 256
  node.attributes = {{"reduction", "max"}};
  CHECK(same_bytes(node.value(), Tensor{std::uint8_t{250}, std::uint8_t{3}}));
  node.attributes = {{"reduction", "mean"}};
  CHECK(node.refusal().find("reduction \"mean\"") != std::string::npos);
}

TEST_CASE("tuples of indices need a length") {
  const OneNode node{.op = "GatherND", .inputs = {x, Tensor::scalar(std::int64_t{0})}};
  CHECK(node.refusal().find("must have a last dimension that is known") != std::string::npos);
}

TEST_CASE("positions out of range are off everywhere") {
  const OneNode node{.op = "OneHot",
                     .inputs = {Tensor{-1.0F, 3.0F, -4.0F, 1.7F}, known(Tensor{3.0F}),
                                Tensor{Half(0.5F), Half(2)}}};
  const Half off(0.5F), on(2);
  CHECK(same_bytes(node.value(),
                   Tensor{{off, off, on}, {off, off, off}, {off, off, off}, {off, on, off}}));
}

TEST_CASE("what OneHot cannot know is refused") {
  OneNode node{.op = "OneHot", .inputs = {Tensor{1}, Tensor{3}, Tensor{0.0F, 1.0F}}};
  CHECK(node.refusal().find("its depth, \"b\", must be known at import") != std::string::npos);
  node.inputs[1] = known(Tensor{3, 4});
  CHECK(node.refusal().find("its depth is i32[2], not one number") != std::string::npos);
  node.inputs[1] = known(Tensor{3});
  node.inputs[2] = Tensor{1.0F};
  CHECK(node.refusal().find("must be two") != std::string::npos);
}

}  // namespace deft::onnx
