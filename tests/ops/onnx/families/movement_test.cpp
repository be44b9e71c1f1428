#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

TestInput given(const Integers& values) { return known(Tensor::from(values)); }

Tensor counted(std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
  return Tensor::from(values);
}

}  // namespace

TEST_CASE("slices reach to the limits of i64, in both directions") {
  const auto sliced = [](std::int64_t start, std::int64_t end, std::int64_t step) {
    return OneNode{.op = "Slice",
                   .inputs = {counted(4), given({start}), given({end}), given({0}), given({step})}}
        .value();
  };
  CHECK(same_bytes(sliced(1, highest, 1), Tensor{1.0F, 2.0F, 3.0F}));
  CHECK(same_bytes(sliced(highest, lowest, -1), Tensor{3.0F, 2.0F, 1.0F, 0.0F}));
  CHECK(same_bytes(sliced(-1, -4, -2), Tensor{3.0F, 1.0F}));
  CHECK(sliced(lowest, lowest, 1).num_elements() == 0);
  CHECK(same_bytes(sliced(0, 4, highest), Tensor{0.0F}));
}

TEST_CASE("before version 10 slices are attributes") {
  const OneNode node{.op = "Slice",
                     .inputs = {Tensor{{0.0F, 1.0F}, {2.0F, 3.0F}}},
                     .attributes = {{"starts", Integers{-1}}, {"ends", Integers{1000}}},
                     .opset = 9};
  CHECK(same_bytes(node.value(), Tensor{{2.0F, 3.0F}}));
}

TEST_CASE("slices that cannot be are refused") {
  const OneNode differing{.op = "Slice", .inputs = {counted(4), given({0}), given({1, 2})}};
  CHECK(differing.refusal().find("differ in number") != std::string::npos);
  const OneNode still{.op = "Slice",
                      .inputs = {counted(4), given({0}), given({1}), given({0}), given({0})}};
  CHECK(still.refusal().find("slice") != std::string::npos);
  const OneNode unknown{.op = "Slice",
                        .inputs = {counted(4), Tensor::from(Integers{0}), given({1})}};
  CHECK(unknown.refusal().find("its starts, \"b\", must be known at import") != std::string::npos);
}

TEST_CASE("parts of equal size, of which the last may be smaller from version 18 on") {
  OneNode node{.op = "Split", .inputs = {counted(5)}, .opset = 18, .outputs = 2};
  node.attributes = {{"num_outputs", 2}};
  const std::vector<Tensor> parts = node.run();
  CHECK(same_bytes(parts[0], Tensor{0.0F, 1.0F, 2.0F}));
  CHECK(same_bytes(parts[1], Tensor{3.0F, 4.0F}));
  node.attributes = {{"num_outputs", 3}};
  CHECK(node.refusal().find("not the number of its outputs, 2") != std::string::npos);
  node.attributes = {};
  node.opset = 13;
  CHECK(node.refusal().find("split") != std::string::npos);
  node.attributes = {{"split", Integers{1, 4}}};
  node.opset = 11;
  CHECK(same_bytes(node.run()[1], Tensor{1.0F, 2.0F, 3.0F, 4.0F}));
}

TEST_CASE("pads that are negative take away, in every mode") {
  const auto padded = [](const Integers& pads, const char* mode) {
    return OneNode{.op = "Pad",
                   .inputs = {counted(4), given(pads)},
                   .attributes = {{"mode", mode}},
                   .opset = 19}
        .value();
  };
  CHECK(same_bytes(padded({-1, 2}, "constant"), Tensor{1.0F, 2.0F, 3.0F, 0.0F, 0.0F}));
  CHECK(same_bytes(padded({1, -1}, "reflect"), Tensor{1.0F, 0.0F, 1.0F, 2.0F}));
  CHECK(same_bytes(padded({-3, 1}, "edge"), Tensor{3.0F, 3.0F}));
  CHECK(same_bytes(padded({0, 2}, "wrap"), Tensor{0.0F, 1.0F, 2.0F, 3.0F, 0.0F, 1.0F}));
  CHECK(padded({-4, 0}, "constant").num_elements() == 0);
  CHECK(padded({lowest, 0}, "constant").num_elements() == 0);
}

TEST_CASE("pads of some axes, by a value of the dtype") {
  const OneNode node{.op = "Pad",
                     .inputs = {Tensor{{std::uint8_t{1}}, {std::uint8_t{2}}}, given({0, 1}),
                                known(Tensor::scalar(std::uint8_t{9})), given({-1})},
                     .opset = 18};
  CHECK(same_bytes(node.value(),
                   Tensor{{std::uint8_t{1}, std::uint8_t{9}}, {std::uint8_t{2}, std::uint8_t{9}}}));
  const OneNode old{.op = "Pad",
                    .inputs = {Tensor{1.0F}},
                    .attributes = {{"pads", Integers{1, 0}}, {"value", 2.5}},
                    .opset = 6};
  CHECK(same_bytes(old.value(), Tensor{2.5F, 1.0F}));
  const OneNode few{.op = "Pad", .inputs = {Tensor{1.0F}, given({1})}};
  CHECK(few.refusal().find("it has 1 pads for 1 dimensions") != std::string::npos);
}

TEST_CASE("depth and space in both orders undo each other") {
  const Tensor x = counted(2 * 8 * 2 * 3).reshaped({2, 8, 2, 3});
  for (const char* mode : {"DCR", "CRD"}) {
    const Attributes attributes{{"blocksize", 2}, {"mode", mode}};
    const Tensor space =
        OneNode{.op = "DepthToSpace", .inputs = {x}, .attributes = attributes}.value();
    CHECK(space.shape() == Shape{2, 2, 4, 6});
    const OneNode back{.op = "SpaceToDepth", .inputs = {space}, .attributes = attributes};
    CHECK(same_bytes(back.value(), x));
  }
  const OneNode other{
      .op = "DepthToSpace", .inputs = {x}, .attributes = {{"blocksize", 2}, {"mode", "RCD"}}};
  CHECK(other.refusal().find("neither DCR nor CRD") != std::string::npos);
}

TEST_CASE("a centre is known only of dimensions that are") {
  const OneNode node{
      .op = "CenterCropPad", .inputs = {batched(counted(4)), given({2})}, .opset = 18};
  CHECK(node.refusal().find("dimension 0 of f32[?] must be known") != std::string::npos);
}

}  // namespace deft::onnx
