#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor f32(const Shape& shape, const std::vector<float>& values) {
  return Tensor::from(shape, values);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Tensor axis(std::int64_t number) { return Tensor{number}; }

}  // namespace

TEST_CASE("axes are an attribute, and from a version on an input") {
  const TestInput x = batched(f32({2, 2}, {1, 2, 3, 4}));
  const Attributes attribute{{"axes", Integers{1}}, {"keepdims", 0}};
  const Attributes input{{"keepdims", 0}};
  const Tensor sums = f32({2}, {3, 7});
  CHECK(OneNode{"ReduceSum", {x}, attribute, 11}.value() == sums);
  CHECK(OneNode{"ReduceSum", {x, known(axis(-1))}, input, 13}.value() == sums);
  CHECK(OneNode{"ReduceMax", {x}, attribute, 13}.value() == f32({2}, {2, 4}));
  CHECK(OneNode{"ReduceMax", {x, known(axis(1))}, input, 18}.value() == f32({2}, {2, 4}));
  CHECK(contains(OneNode{"ReduceMax", {x, axis(1)}, input, 18}.refusal(),
                 "its axes, \"b\", must be known at import"));
  CHECK(contains(OneNode{"ReduceMax", {x, known(axis(2))}, input, 18}.refusal(),
                 "axis 2 is none of a tensor of 2 dimensions"));
}

TEST_CASE("without axes all are reduced or none, but each element is mapped") {
  const Tensor x = f32({2}, {-3, 4});
  const auto reduced = [&](const std::string& op, int noop) {
    return OneNode{op, {x}, {{"noop_with_empty_axes", noop}}, 18}.value();
  };
  CHECK(reduced("ReduceSumSquare", 0) == f32({1}, {25}));
  CHECK(reduced("ReduceSumSquare", 1) == f32({2}, {9, 16}));
  CHECK(reduced("ReduceL1", 1) == f32({2}, {3, 4}));
  CHECK(reduced("ReduceL2", 1) == f32({2}, {3, 4}));
  CHECK(reduced("ReduceProd", 1) == x);
}

TEST_CASE("reductions of nothing") {
  const Tensor nothing = Tensor::zeros(DType::f32, {0, 2});
  const auto reduced = [&](const std::string& op) {
    const Tensor y = OneNode{op, {nothing, known(axis(0))}, {}, 18}.value();
    CHECK(y.shape() == Shape{1, 2});
    return y.to<double>().at(1);
  };
  CHECK(reduced("ReduceMax") == -infinity);
  CHECK(reduced("ReduceMin") == infinity);
  CHECK(reduced("ReduceProd") == 1);
  CHECK(reduced("ReduceSumSquare") == 0);
  CHECK(reduced("ReduceL2") == 0);
  CHECK(reduced("ReduceLogSum") == -infinity);
  CHECK(reduced("ReduceLogSumExp") == -infinity);
  CHECK(std::isnan(reduced("ReduceMean")));
}

TEST_CASE("extremes of nothing are the last integers, of bool false and true") {
  const auto reduced = [](const std::string& op, DType dtype) {
    return OneNode{op, {Tensor::zeros(dtype, {0})}, {{"keepdims", 0}}, 20}.value();
  };
  using I32 = std::numeric_limits<std::int32_t>;
  using I64 = std::numeric_limits<std::int64_t>;
  CHECK(reduced("ReduceMax", DType::i32) == Tensor::scalar(I32::min()));
  CHECK(reduced("ReduceMin", DType::i32) == Tensor::scalar(I32::max()));
  CHECK(reduced("ReduceMax", DType::i64) == Tensor::scalar(I64::min()));
  CHECK(reduced("ReduceMin", DType::i64) == Tensor::scalar(I64::max()));
  CHECK(reduced("ReduceMax", DType::boolean) == Tensor::scalar(false));
  CHECK(reduced("ReduceMin", DType::boolean) == Tensor::scalar(true));
}

TEST_CASE("reductions of integers, narrow and unsigned ones too") {
  const auto reduced = [](const std::string& op, const Tensor& x) {
    return OneNode{op, {x}, {{"keepdims", 0}}, 20}.value();
  };
  const Tensor large = Tensor::from(std::vector<std::uint64_t>{1, 1ULL << 63, 5});
  CHECK(reduced("ReduceMax", large) == Tensor::scalar(std::uint64_t{1} << 63));
  CHECK(reduced("ReduceMin", large) == Tensor::scalar(std::uint64_t{1}));
  CHECK(reduced("ReduceSum", large) == Tensor::scalar((std::uint64_t{1} << 63) + 6));
  const Tensor bytes = Tensor::from(std::vector<std::int8_t>{-128, 127, 3});
  CHECK(reduced("ReduceMax", bytes) == Tensor::scalar(std::int8_t{127}));
  CHECK(reduced("ReduceMin", bytes) == Tensor::scalar(std::int8_t{-128}));
  const Tensor negative{std::int64_t{-7}, std::int64_t{-2}};
  CHECK(reduced("ReduceMean", negative) == Tensor::scalar(std::int64_t{-4}));
  CHECK(reduced("ReduceL2", Tensor{3, 4}) == Tensor::scalar(5));
  const std::int64_t beyond = (std::int64_t{1} << 53) + 1;
  CHECK(reduced("ReduceMean", Tensor{beyond, beyond}) == Tensor::scalar(beyond));
}

TEST_CASE("f16 is reduced in f32 and rounded once") {
  const std::vector<Half> ones(4096, Half(1.0F));
  const Tensor y = OneNode{"ReduceSum", {Tensor::from(ones)}, {{"keepdims", 0}}}.value();
  CHECK(y == Tensor::scalar(Half(4096.0F)));
}

}  // namespace deft::onnx
