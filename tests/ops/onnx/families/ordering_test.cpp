#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("extremes stand first, or last where that is asked for") {
  OneNode node{.op = "ArgMax", .inputs = {Tensor{3.0F, 7.0F, 7.0F, 1.0F}}};
  CHECK(same_bytes(node.value(), Tensor{std::int64_t{1}}));
  node.attributes = {{"select_last_index", 1}, {"keepdims", 0}};
  CHECK(same_bytes(node.value(), Tensor::scalar(std::int64_t{2})));
  node.inputs = {batched(*node.inputs[0].value)};
  CHECK(same_bytes(node.value(), Tensor::scalar(std::int64_t{2})));
}

TEST_CASE("u64 has the order of unsigned numbers") {
  const Tensor x{std::uint64_t{5}, largest, std::uint64_t{0}};
  CHECK(same_bytes(OneNode{.op = "ArgMax", .inputs = {x}}.value(), Tensor{std::int64_t{1}}));
  CHECK(same_bytes(OneNode{.op = "ArgMin", .inputs = {x}}.value(), Tensor{std::int64_t{2}}));
  const OneNode top{.op = "TopK", .inputs = {x, known(Tensor{std::int64_t{2}})}, .outputs = 2};
  CHECK(same_bytes(top.run()[0], Tensor{largest, std::uint64_t{5}}));
  CHECK(same_bytes(top.run()[1], Tensor{std::int64_t{1}, std::int64_t{0}}));
}

TEST_CASE("of equal elements the first is taken, of the largest and of the smallest") {
  const Tensor x{2.0F, 1.0F, 2.0F, 1.0F};
  OneNode node{.op = "TopK",
               .inputs = {x, known(Tensor{std::int64_t{3}})},
               .attributes = {{"largest", 0}},
               .outputs = 2};
  CHECK(same_bytes(node.run()[1], Tensor{std::int64_t{1}, std::int64_t{3}, std::int64_t{0}}));
  CHECK(same_bytes(node.run()[0], Tensor{1.0F, 1.0F, 2.0F}));
  node.attributes = {};
  CHECK(same_bytes(node.run()[1], Tensor{std::int64_t{0}, std::int64_t{2}, std::int64_t{1}}));
}

TEST_CASE("k is an attribute before version 10, and no more than there are") {
  OneNode node{.op = "TopK",
               .inputs = {Tensor{1.0F, 3.0F}},
               .attributes = {{"k", 1}},
               .opset = 9,
               .outputs = 2};
  CHECK(same_bytes(node.run()[0], Tensor{3.0F}));
  node.opset = 11;
  node.attributes = {{"largest", 0}};
  node.inputs.push_back(known(Tensor{std::int64_t{3}}));
  CHECK(node.refusal().find("its k is 3") != std::string::npos);
  node.inputs[1] = known(Tensor{std::int64_t{-1}});
  CHECK(node.refusal().find("its k is -1") != std::string::npos);
}

TEST_CASE("cumulative sums of narrow integers wrap") {
  const OneNode node{.op = "CumSum",
                     .inputs = {Tensor{std::uint8_t{200}, std::uint8_t{100}, std::uint8_t{1}},
                                known(Tensor::scalar(-1))},
                     .attributes = {{"exclusive", 1}, {"reverse", 1}}};
  CHECK(same_bytes(node.value(), Tensor{std::uint8_t{101}, std::uint8_t{1}, std::uint8_t{0}}));
}

TEST_CASE("the axis of a cumulative sum must be known") {
  const OneNode node{.op = "CumSum", .inputs = {Tensor{1.0F}, Tensor::scalar(0)}};
  CHECK(node.refusal().find("its axis, \"b\", must be known at import") != std::string::npos);
}

}  // namespace deft::onnx
