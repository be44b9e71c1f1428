#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

using UnaryBuilder = Output (*)(const Output&, const NodeOptions&);
using BinaryBuilder = Output (*)(const Operand&, const Operand&, const NodeOptions&);

inline ExportCase unary_case(const std::string& op, UnaryBuilder function, const Tensor& x,
                             const std::string& name = {}, const std::string& lacking = {}) {
  return {op,   {x}, [function](const auto& in) { return Built{function(in[0], {})}; },
          name, 0,   lacking};
}

inline ExportCase binary_case(const std::string& op, BinaryBuilder function, const Tensor& x,
                              const Tensor& y, const std::string& name = {},
                              const std::string& lacking = {}) {
  return {op,   {x, y}, [function](const auto& in) { return Built{function(in[0], in[1], {})}; },
          name, 0,      lacking};
}

/// Functions of one element, f32, and f64 where onnxruntime has it.
inline std::vector<ExportCase> unary_cases() {
  const Tensor any = between(-3, 3, {5, 7}), wide = between(-30, 30, {3, 9});
  const Tensor inside = between(-1, 1, {5, 7}), positive = between(0.01, 8, {3, 5});
  const Tensor integers = sample<std::int32_t>({3, 5});
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  const auto infinity = std::numeric_limits<float>::infinity();
  const Tensor special{nan, infinity, -infinity, 0.0F, -0.0F, 1e-30F, -1.0F, 2.5F, 88.0F};
  const std::string lacks = "it has this function of f32 alone";
  return {
      unary_case("neg", neg, any),
      unary_case("neg", neg, integers, "i32"),
      unary_case("abs", abs, any),
      unary_case("sign", sign, any),
      unary_case("square", square, any),
      unary_case("sqrt", sqrt, positive),
      unary_case("rsqrt", rsqrt, positive),
      unary_case("exp", exp, any),
      unary_case("exp", exp, any.to(DType::f64), "f64"),
      unary_case("exp", exp, special, "special values"),
      unary_case("log", log, positive),
      unary_case("expm1", expm1, wide),
      unary_case("expm1", expm1, between(-1e-4, 1e-4, {9}), "small"),
      unary_case("expm1", expm1, any.to(DType::f64), "f64"),
      unary_case("expm1", expm1, special, "special values"),
      unary_case("log1p", log1p, between(-0.99, 9, {3, 5})),
      unary_case("log1p", log1p, between(-1e-4, 1e-4, {9}), "small"),
      unary_case("log1p", log1p, special, "special values"),
      unary_case("sin", sin, any),
      unary_case("cos", cos, any),
      unary_case("tan", tan, inside),
      unary_case("asin", asin, inside),
      unary_case("acos", acos, inside),
      unary_case("atan", atan, any),
      unary_case("sinh", sinh, any),
      unary_case("sinh", sinh, any.to(DType::f64), "f64", lacks),
      unary_case("cosh", cosh, any),
      unary_case("tanh", tanh, any),
      unary_case("asinh", asinh, any),
      unary_case("acosh", acosh, between(1.01, 8, {3, 5})),
      unary_case("atanh", atanh, inside),
      unary_case("erf", erf, any),
      unary_case("erfc", erfc, between(-4, 9, {3, 9})),
      unary_case("erfc", erfc, special, "special values"),
      unary_case("sigmoid", sigmoid, any),
      unary_case("softplus", softplus, any),
      unary_case("floor", floor, any),
      unary_case("ceil", ceil, any),
      unary_case("round", round, any),
      unary_case("trunc", trunc, any),
      unary_case("trunc", trunc, integers, "i32"),
      unary_case("trunc", trunc, special, "special values"),
      unary_case("bitwise_not", bitwise_not, integers),
      unary_case("identity", identity, any),
      unary_case("stop_gradient", stop_gradient, any),
      {"maximum", {any}, [](const auto& x) { return Built{relu(x[0])}; }, "Relu"},
      {"maximum",
       {special},
       [](const auto& x) {
         return Built{relu(x[0]), maximum(x[0], 0)};
       },
       "Relu of NaN"},
      {"cast", {any}, [](const auto& x) { return Built{cast(x[0], DType::i32)}; }, "to i32"},
      {"cast", {any}, [](const auto& x) { return Built{cast(x[0], DType::f64)}; }, "to f64"},
      {"cast", {any}, [](const auto& x) { return Built{cast(x[0], DType::boolean)}; }, "to bool"},
      {"cast", {any}, [](const auto& x) { return Built{cast(x[0], DType::f16)}; }, "to f16"},
      {"cast",
       {integers},
       [](const auto& x) {
         return Built{cast(x[0], DType::u8), cast(x[0], DType::i8), cast(x[0], DType::i16)};
       },
       "to narrow integers"},
  };
}

inline std::vector<ExportCase> binary_cases() {
  const Tensor x = between(-3, 3, {4, 5}), y = between(-2, 2, {5}, DType::f32, 2);
  const Tensor i = sample<std::int32_t>({4, 5});
  const Tensor j = Tensor{7, -3, 2, -9, 4};
  const Tensor count{0, 1, 31, 32, -1};
  const Tensor big = Tensor::from(std::vector<std::int64_t>{-(1LL << 60), (1LL << 55) + 1, -1, 6});
  const Tensor places = Tensor::from(std::vector<std::int64_t>{3, 60, 63, 64});
  const Tensor quadrants{1.0F, -1.0F, 0.0F, 0.0F, -0.0F, 2.0F, -2.0F, 0.5F};
  const Tensor others{1.0F, -1.0F, 0.0F, -1.0F, -1.0F, 0.0F, -0.5F, 3.0F};
  return {
      binary_case("add", add, x, y),
      binary_case("add", add, i, j, "i32"),
      binary_case("sub", sub, x, y),
      binary_case("mul", mul, x, y),
      binary_case("mul", mul, x.to(DType::f64), y.to(DType::f64), "f64"),
      binary_case("div", div, x, y),
      binary_case("div", div, i, j, "i32"),
      binary_case("pow", pow, between(0.1, 3, {4, 5}), y),
      binary_case("pow", pow, i.to(DType::i64), Tensor{0, 1, 2, 3, 4}.to(DType::i64), "i64"),
      binary_case("add", add, big, places, "i64 beyond 2^53"),
      binary_case("sub", sub, x.to(DType::f64), y.to(DType::f64), "f64"),
      binary_case("maximum", maximum, x, y),
      binary_case("maximum", maximum, i, j, "i32"),
      binary_case("minimum", minimum, x, y),
      binary_case("floor_div", floor_div, x, y),
      binary_case("floor_div", floor_div, i, j, "i32"),
      binary_case("floor_mod", floor_mod, x, y),
      binary_case("floor_mod", floor_mod, i, j, "i32"),
      binary_case("trunc_mod", trunc_mod, x, y),
      binary_case("trunc_mod", trunc_mod, i, j, "i32"),
      binary_case("atan2", atan2, x, y),
      binary_case("atan2", atan2, quadrants, others, "quadrants"),
      binary_case("equal", equal, i, j),
      binary_case("not_equal", not_equal, i, j),
      binary_case("equal", equal, sample<bool>({4, 5}), sample<bool>({5}, 2), "bool"),
      binary_case("less", less, x, y),
      binary_case("less", less, big, places, "i64"),
      binary_case("less_equal", less_equal, x, y),
      binary_case("greater", greater, x, y),
      binary_case("greater_equal", greater_equal, x, y),
      binary_case("bitwise_and", bitwise_and, i, j),
      binary_case("bitwise_or", bitwise_or, i, j),
      binary_case("bitwise_xor", bitwise_xor, i, j),
      binary_case("bitwise_xor", bitwise_xor, big, places, "i64"),
      binary_case("bitwise_and", bitwise_and, i.to(DType::u8), j.to(DType::u8), "u8"),
      binary_case("left_shift", left_shift, i, count),
      binary_case("left_shift", left_shift, big, places, "i64"),
      binary_case("right_shift", right_shift, i, count),
      binary_case("right_shift", right_shift, big, places, "i64"),
      binary_case("right_shift", right_shift, i.to(DType::u8), Tensor{0, 1, 7, 8, 9}.to(DType::u8),
                  "u8"),
      {"where",
       {sample<bool>({4, 1}), x, y},
       [](const auto& in) { return Built{where(in[0], in[1], in[2])}; }},
      {"where",
       {sample<bool>({4, 1}), sample<bool>({3}, 2), sample<bool>({4, 3}, 3)},
       [](const auto& in) { return Built{where(in[0], in[1], in[2])}; },
       "bool"},
      {"add_n",
       {x, between(-1, 1, {4, 5}, DType::f32, 2), between(-9, 9, {4, 5}, DType::f32, 3)},
       [](const auto& in) {
         return Built{add_n(in), add_n({in[0]})};
       }},
      {"add_n",
       {i, sample<std::int32_t>({4, 5}, 2), sample<std::int32_t>({4, 5}, 3)},
       [](const auto& in) {
         return Built{add_n(in), add_n({in[0]})};
       },
       "i32"},
  };
}

}  // namespace deft
