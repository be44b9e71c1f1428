#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {

TEST_CASE("without a zero point numbers are u8, or what the attribute says") {
  OneNode node{.op = "QuantizeLinear",
               .inputs = {Tensor{-1.0F, 2.5F, 1000.0F}, Tensor::scalar(1.0F)},
               .opset = 21};
  CHECK(same_bytes(node.value(), Tensor{std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{255}}));
  node.attributes = {{"output_dtype", static_cast<int>(ElementType::i16)}};
  CHECK(same_bytes(node.value(), Tensor{std::int16_t{-1}, std::int16_t{2}, std::int16_t{1000}}));
  node.attributes = {{"output_dtype", 22}};
  CHECK(node.refusal().find("its result is of INT4, for which deft has no dtype") !=
        std::string::npos);
}

TEST_CASE("a scale of one element is that of the whole tensor, on any axis") {
  const OneNode node{
      .op = "DequantizeLinear",
      .inputs = {Tensor{std::int8_t{-3}, std::int8_t{4}}, Tensor{0.5F}, Tensor{std::int8_t{1}}}};
  CHECK(same_bytes(node.value(), Tensor{-2.0F, 1.5F}));
}

TEST_CASE("scales of 16 bits, and integers that are quantized") {
  const OneNode back{.op = "DequantizeLinear",
                     .inputs = {Tensor{std::uint8_t{3}}, Tensor::scalar(Half(0.5F))},
                     .opset = 19};
  CHECK(same_bytes(back.value(), Tensor{Half(1.5F)}));
  const OneNode integers{.op = "QuantizeLinear", .inputs = {Tensor{7}, Tensor::scalar(2.0F)}};
  CHECK(same_bytes(integers.value(), Tensor{std::uint8_t{4}}));  // 3.5 goes to the even number
}

TEST_CASE("numbers without extent are quantized by 1 / 255") {
  const std::vector<Tensor> results =
      OneNode{.op = "DynamicQuantizeLinear", .inputs = {Tensor{0.0F, 0.0F}}, .outputs = 3}.run();
  CHECK(same_bytes(results[0], Tensor{std::uint8_t{0}, std::uint8_t{0}}));
  CHECK(same_bytes(results[1], Tensor::scalar(1.0F / 255)));
  CHECK(same_bytes(results[2], Tensor::scalar(std::uint8_t{0})));
}

}  // namespace deft::onnx
