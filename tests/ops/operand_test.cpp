#include <deft/ops/operand.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor resolved(const Operand& operand, DType dtype) {
  const Graph graph;
  return evaluate(operand.resolve(graph, dtype));
}

std::string refusal(const Operand& operand, DType dtype) {
  const auto error = caught<GraphError>([&] { resolved(operand, dtype); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(std::string(error.info().where.file).find("operand_test") != std::string::npos);
  return error.info().message;
}

TEST_CASE("scalars take a dtype that has their value") {
  CHECK(resolved(0.1, DType::f32).item<float>() == 0.1F);
  CHECK(resolved(0.1F, DType::f64).item<double>() == static_cast<double>(0.1F));
  CHECK(resolved(3, DType::f64).item<double>() == 3.0);
  CHECK(resolved(-3.0, DType::i32).item<std::int32_t>() == -3);
  CHECK(resolved(1LL << 40, DType::i64).item<std::int64_t>() == 1LL << 40);
  CHECK(resolved(0x1p40, DType::i64).item<std::int64_t>() == 1LL << 40);
  CHECK(resolved(1LL << 60, DType::f32).item<float>() == 0x1p60F);
  CHECK(resolved(true, DType::boolean).item<bool>());
  CHECK_FALSE(resolved(0, DType::boolean).item<bool>());
  CHECK(resolved(255, DType::u8).item<std::uint8_t>() == 255);
  CHECK(resolved(-128, DType::i8).item<std::int8_t>() == -128);
  CHECK(resolved(~std::uint64_t{0} << 11U, DType::u64).item<std::uint64_t>() == ~std::uint64_t{0}
                                                                                    << 11U);
  CHECK(resolved(0.1, DType::f16).item<Half>() == Half(0.1));
  CHECK(resolved(2050, DType::f16).item<Half>() == Half(2050));
  CHECK(resolved(std::numeric_limits<std::int64_t>::min(), DType::bf16).item<BFloat16>() ==
        BFloat16(-0x1p63));
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(resolved(-inf, DType::f32).item<float>() == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(resolved(std::nan(""), DType::f32).item<float>()));
}

TEST_CASE("scalars without such a value are refused") {
  CHECK(refusal(0.5, DType::i32) == "the scalar 0.5 has no value of dtype i32");
  CHECK(refusal(1LL << 40, DType::i32) == "the scalar 1099511627776 has no value of dtype i32");
  CHECK(refusal(1e300, DType::f32) == "the scalar 1e+300 has no value of dtype f32");
  CHECK(refusal(0x1p63, DType::i64).find("has no value of dtype i64") != std::string::npos);
  CHECK(refusal(std::nan(""), DType::i64) == "the scalar nan has no value of dtype i64");
  CHECK(refusal((1LL << 53) + 1, DType::f64) ==
        "the scalar 9007199254740993 has no value of dtype f64");
  CHECK(refusal(16777217, DType::f32) == "the scalar 16777217 has no value of dtype f32");
  CHECK(refusal(std::numeric_limits<std::int64_t>::max(), DType::f64) ==
        "the scalar 9223372036854775807 has no value of dtype f64");
  CHECK(refusal(128, DType::i8) == "the scalar 128 has no value of dtype i8");
  CHECK(refusal(-1, DType::u64) == "the scalar -1 has no value of dtype u64");
  CHECK(refusal(0x1p64, DType::u64).ends_with("has no value of dtype u64"));
  CHECK(refusal(2049, DType::f16) == "the scalar 2049 has no value of dtype f16");
  CHECK(refusal(65520.0, DType::f16) == "the scalar 65520 has no value of dtype f16");
  CHECK(refusal((1LL << 62) + 1, DType::bf16).ends_with("has no value of dtype bf16"));
  CHECK(refusal(2, DType::boolean) == "the scalar 2 has no value of dtype bool");
  CHECK(refusal(0.5, DType::boolean) == "the scalar 0.5 has no value of dtype bool");
}

TEST_CASE("a tensor becomes a constant of its own dtype") {
  CHECK(resolved(Tensor{1.5, 2.5}, DType::f32) == Tensor{1.5, 2.5});
  CHECK(Operand(Tensor{1.5}).output() == nullptr);
}

TEST_CASE("an operation names itself and the caller when a scalar does not fit") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {2});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { add(x, 0.5, {.name = "sum"}); });
  CHECK(error.info().op == "add");
  CHECK(error.info().node == "sum");
  CHECK(error.info().operands == "i32[2]");
  CHECK(error.info().where.line == line);
}

TEST_CASE("two scalars have no graph, and an empty Output has no dtype") {
  const auto scalars = caught<GraphError>([] { add(1, 2.0); });
  CHECK(scalars.info().message == "neither operand is an Output, so there is no graph to add to");
  CHECK(scalars.info().op == "add");
  CHECK(caught<GraphError>([] { mul(Output{}, 2); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([] { mul(2, Output{}); }).code() == ErrorCode::empty_handle);
}

TEST_CASE("a refused operation leaves no scalar behind in the graph") {
  const Graph graph;
  const Output flag = placeholder(graph, DType::boolean, {});
  CHECK_THROWS_AS(add(flag, 0.5), GraphError);
  CHECK(graph.num_nodes() == 1);
}

}  // namespace
}  // namespace deft
