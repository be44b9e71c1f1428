#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/quantization.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor bytes(const Shape& shape, const std::vector<std::uint8_t>& values) {
  return Tensor::from<std::uint8_t>(shape, values);
}

Output byte(const Graph& graph, std::uint8_t value) {
  return constant(graph, Tensor::scalar(value));
}

TEST_CASE("a tensor is rounded to even integers, moved and saturated") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const Graph graph;
  const Output x = constant(graph, Tensor{0.0F, 2.0F, 3.0F, 1000.0F, -254.0F, -1000.0F, 5.0F, 7.0F,
                                          infinity, -infinity, std::nanf(""), 3e38F});
  const Output scale = constant(graph, Tensor::scalar(2.0F));
  CHECK(evaluate(quantize_linear(x, scale, byte(graph, 128))) ==
        bytes({12}, {128, 129, 130, 255, 1, 0, 130, 132, 255, 0, 0, 255}));
  const Output one = constant(graph, Tensor{2.0F});
  CHECK(evaluate(quantize_linear(x, one, constant(graph, bytes({1}, {128})))) ==
        evaluate(quantize_linear(x, scale, byte(graph, 128))));
  CHECK(evaluate(quantize_linear(constant(graph, Tensor::scalar(2.5)),
                                 constant(graph, Tensor::scalar(1.0)), byte(graph, 0))) ==
        Tensor::scalar<std::uint8_t>(2));
}

TEST_CASE("scales along an axis and of blocks, in both directions") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}});
  const Output rows = constant(graph, Tensor{1.0F, 0.5F});
  const Output zeros = constant(graph, bytes({2}, {10, 20}));
  const Tensor quantized = bytes({2, 3}, {11, 12, 13, 28, 30, 32});
  for (const std::int64_t axis : {0, -2}) {
    CHECK(evaluate(quantize_linear(x, rows, zeros, {.axis = axis})) == quantized);
    const Output q = constant(graph, quantized);
    CHECK(evaluate(dequantize_linear(q, rows, zeros, {.axis = axis})) ==
          Tensor{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}});
  }
  const Output blocks = constant(graph, Tensor{{1.0F, 0.5F}, {2.0F, 0.25F}});
  const Output shifts = constant(graph, bytes({2, 2}, {0, 1, 2, 3}));
  const Tensor in_blocks = bytes({2, 3}, {1, 2, 7, 4, 4, 27});
  const Output open = placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown});
  const Tensor fed = evaluate(x);
  for (const Output& from : {x, open})
    CHECK(evaluate(quantize_linear(from, blocks, shifts, {.axis = 1, .block_size = 2}),
                   {{open, fed}}) == in_blocks);
  CHECK(evaluate(dequantize_linear(constant(graph, in_blocks), blocks, shifts,
                                   {.axis = -1, .block_size = 2})) ==
        Tensor{{1.0F, 2.0F, 3.0F}, {4.0F, 4.0F, 6.0F}});
  CHECK(evaluate(quantize_linear(open, rows, zeros, {.axis = 0}), {{open, fed}}) == quantized);
}

TEST_CASE("differences from the zero point are exact, and it may be left out") {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  const Graph graph;
  const Output x = constant(graph, Tensor{most, -most - 1, 7});
  const Output one = constant(graph, Tensor::scalar(1.0));
  const Output lowest = constant(graph, Tensor::scalar<std::int32_t>(-most - 1));
  CHECK(evaluate(dequantize_linear(x, one, lowest)) == Tensor{4294967295.0, 0.0, 2147483655.0});
  CHECK(evaluate(dequantize_linear(x, one)) == Tensor{2147483647.0, -2147483648.0, 7.0});
  const Output q = constant(graph, bytes({2}, {0, 255}));
  CHECK(evaluate(dequantize_linear(q, constant(graph, Tensor::scalar(0.5F)), byte(graph, 128))) ==
        Tensor{-64.0F, 63.5F});
  CHECK(
      evaluate(dequantize_linear(constant(graph, Tensor::zeros(DType::u8, {0, 2})), one)).shape() ==
      Shape{0, 2});
}

TEST_CASE("gradients go to the scale alone") {
  const Graph graph;
  const Tensor steps = bytes({2, 3}, {1, 2, 7, 4, 4, 27});
  const Output q = constant(graph, steps);
  const Output zero = byte(graph, 3);
  const Output scale = placeholder(graph, DType::f64, {2, 2});
  CHECK(gradient_mismatch(square(dequantize_linear(q, scale, zero, {.axis = 1, .block_size = 2})),
                          {scale}, {Tensor{{0.5, 1.5}, {2.0, 0.25}}}) == "");
  const Output x = constant(graph, Tensor{0.25, 3.5});
  const Output one = constant(graph, Tensor::scalar(1.0));
  const Output rounded = dequantize_linear(quantize_linear(x, one, zero), one, zero);
  CHECK(evaluate(gradients(reduce_sum(rounded), {x})[0]) == Tensor{0.0, 0.0});
  const Output through = x + stop_gradient(rounded - x);
  CHECK(evaluate(through) == Tensor{0.0, 4.0});
  CHECK(evaluate(gradients(reduce_sum(through), {x})[0]) == Tensor{1.0, 1.0});
}

TEST_CASE("what does not fit is refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 5});
  const Output scale = placeholder(graph, DType::f32, {2});
  const Output zero = byte(graph, 0);
  const auto code_of = [](const auto& build) { return caught<GraphError>(build).code(); };
  CHECK(caught<GraphError>([&] { quantize_linear(cast(x, DType::i32), scale, zero); })
            .info()
            .message == "x is i32[2, 5], but must be f32 or f64");
  CHECK(code_of([&] { quantize_linear(x, cast(scale, DType::f64), zero); }) ==
        ErrorCode::dtype_mismatch);
  CHECK(code_of([&] { quantize_linear(x, scale, cast(zero, DType::i32)); }) ==
        ErrorCode::dtype_mismatch);
  CHECK(code_of([&] { quantize_linear(x, scale, zero, {.axis = 2}); }) ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] { quantize_linear(x, scale, zero, {.axis = 1}); }) ==
        ErrorCode::shape_mismatch);
  CHECK(code_of([&] { quantize_linear(x, scale, zero, {.axis = 0, .block_size = 2}); }) ==
        ErrorCode::shape_mismatch);
  CHECK(code_of([&] { quantize_linear(x, scale, zero, {.block_size = -1}); }) ==
        ErrorCode::invalid_argument);
  const Output blocks = placeholder(graph, DType::f32, {2, 2});
  CHECK(caught<GraphError>([&] { quantize_linear(x, blocks, zero, {.block_size = 2}); })
            .info()
            .message == "the scale has 2 blocks of 2, but the axis has 5 positions");
  CHECK(code_of([&] { quantize_linear(x, blocks, zero); }) == ErrorCode::shape_mismatch);
  CHECK(code_of([&] { dequantize_linear(x, scale, zero); }) == ErrorCode::dtype_mismatch);
  const Output q = placeholder(graph, DType::u8, {2, 5});
  CHECK(code_of([&] { dequantize_linear(q, scale, cast(zero, DType::i32), {.axis = 0}); }) ==
        ErrorCode::dtype_mismatch);
  CHECK(code_of([&] { dequantize_linear(q, zero, zero); }) == ErrorCode::dtype_mismatch);
  CHECK(code_of([&] { dequantize_linear(Output{}, scale); }) == ErrorCode::empty_handle);
  for (const auto& error :
       {caught<GraphError>([&] { quantize_linear(x, {}, zero, {.axis = 0}); }),
        caught<GraphError>([&] { quantize_linear(x, scale, {}, {.axis = 0}); }),
        caught<GraphError>([&] { dequantize_linear(q, {}, zero, {.axis = 0}); })}) {
    CHECK(error.code() == ErrorCode::empty_handle);
    CHECK(std::string(error.info().where.file) == __FILE__);
  }
}

}  // namespace
}  // namespace deft
