#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

template <class T>
Tensor two(int a, int b) {
  return Tensor{T(a), T(b)};
}

}  // namespace

TEST_CASE_TEMPLATE("magnitudes and signs of unsigned integers are those beyond the signed ones too",
                   T, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t) {
  const T largest = T(-1);
  CHECK(same_bytes(OneNode{.op = "Abs", .inputs = {Tensor{largest}}}.value(), Tensor{largest}));
  CHECK(same_bytes(OneNode{.op = "Sign", .inputs = {Tensor{largest, T(0)}}}.value(),
                   Tensor{T(1), T(0)}));
  CHECK(same_bytes(OneNode{.op = "PRelu", .inputs = {Tensor{largest}, Tensor{T(2)}}}.value(),
                   Tensor{largest}));
}

TEST_CASE("functions take signed integers and floats of 16 bits") {
  CHECK(same_bytes(OneNode{.op = "Neg", .inputs = {two<std::int8_t>(-128, 3)}}.value(),
                   two<std::int8_t>(-128, -3)));
  CHECK(same_bytes(OneNode{.op = "Relu", .inputs = {two<std::int16_t>(-5, 3)}}.value(),
                   two<std::int16_t>(0, 3)));
  CHECK(same_bytes(OneNode{.op = "Sqrt", .inputs = {two<Half>(4, 9)}}.value(), two<Half>(2, 3)));
  CHECK(same_bytes(OneNode{.op = "Shrink",
                           .inputs = {two<std::int32_t>(-3, 1)},
                           .attributes = {{"lambd", 1.5}, {"bias", 1.5}}}
                       .value(),
                   two<std::int32_t>(-1, 0)));  // -1.5 is truncated
}

TEST_CASE("parameters that are left out are those of the standard") {
  CHECK(same_bytes(OneNode{.op = "LeakyRelu", .inputs = {Tensor{-1.0F}}}.value(), Tensor{-0.01F}));
  CHECK(same_bytes(OneNode{.op = "ThresholdedRelu", .inputs = {Tensor{1.0F, 1.5F}}}.value(),
                   Tensor{0.0F, 1.5F}));
  CHECK(same_bytes(OneNode{.op = "HardSigmoid", .inputs = {Tensor{0.0F, 5.0F}}}.value(),
                   Tensor{0.5F, 1.0F}));
}

TEST_CASE("before version 7 slopes of PRelu are those of channels") {
  const Tensor x{{{-1.0F, -2.0F}, {-3.0F, 4.0F}}};  // [1, 2, 2]
  OneNode node{.op = "PRelu", .inputs = {x, Tensor{10.0F, 100.0F}}, .opset = 6};
  CHECK(same_bytes(node.value(), Tensor{{{-10.0F, -20.0F}, {-300.0F, 4.0F}}}));
  node.opset = 7;
  CHECK(same_bytes(node.value(), Tensor{{{-10.0F, -200.0F}, {-30.0F, 4.0F}}}));
}

TEST_CASE("an approximation of Gelu that deft does not know is refused") {
  OneNode node{.op = "Gelu",
               .inputs = {Tensor{1.0F}},
               .attributes = {{"approximate", "sigmoid"}},
               .opset = 20};
  CHECK(node.refusal().find("approximation \"sigmoid\"") != std::string::npos);
  node.attributes = {{"approximate", "tan\xff"}};
  CHECK(node.refusal().find("its attribute \"approximate\" is not UTF-8") != std::string::npos);
}

}  // namespace deft::onnx
