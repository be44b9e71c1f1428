#include <deft/ops/constant_value.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {

TEST_CASE("what depends on constants and known shapes alone has a value") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3, 4});
  const Output two = constant(graph, Tensor{std::int64_t{2}});
  const Output target =
      concat({slice(shape(x), 0, {0, 1}) * two, reshape(size(x, {1, 2}), {1})}, 0);
  REQUIRE(constant_value(target).has_value());
  CHECK(constant_value(target)->to<std::int64_t>() == std::vector<std::int64_t>{4, 12});
  CHECK(constant_value(reshape(two, {1, 1}))->shape() == Shape{1, 1});
  CHECK_FALSE(constant_value(x).has_value());
  CHECK_FALSE(constant_value(x + 1).has_value());
  CHECK_FALSE(constant_value(variable(graph, Tensor{1.0})).has_value());
  CHECK_FALSE(constant_value(no_op(graph)).has_value());
}

TEST_CASE("an unknown dimension is not known") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3});
  ConstantValues values;
  CHECK_FALSE(values.of(shape(x)).has_value());
  CHECK_FALSE(values.of(zeros_like(x)).has_value());
  CHECK_FALSE(values.of(size(x)).has_value());
}

TEST_CASE("every output of an operation is known, and what it needed is kept") {
  const Graph graph;
  const Output x = constant(graph, Tensor{3.0, 1.0, 2.0});
  const TopK best = top_k(x, 2);
  ConstantValues values;
  CHECK(values.of(best.values)->to<double>() == std::vector<double>{3, 2});
  CHECK(values.of(best.indices)->to<std::int64_t>() == std::vector<std::int64_t>{0, 2});
  CHECK(values.of(split(x, {1, 2})[1])->to<double>() == std::vector<double>{1, 2});
}

TEST_CASE("chains and products of any length are computed without recursion") {
  const Graph graph;
  Output x = constant(graph, Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}});
  for (int i = 0; i < 20000; ++i) x = x + 1;
  CHECK(constant_value(x)->at<float>(0, 0) == 20001.0F);
  const Output big = fill(graph, DType::f32, {300, 300}, 0.5);
  CHECK(constant_value(reduce_sum(matmul(big, big)))->item<float>() == 300.0F * 300 * 75);
}

TEST_CASE(
    "what takes more memory or time than the limits is not known, and what it would give neither") {
  const Graph graph;
  const Output huge = fill(graph, DType::f32, {1 << 20, 1 << 20}, 1);
  ConstantValues values;
  CHECK_FALSE(values.of(reduce_sum(huge)).has_value());
  CHECK(values.is_limited());
  CHECK(values.of(shape(huge))->to<std::int64_t>() == std::vector<std::int64_t>{1 << 20, 1 << 20});

  const Output small = fill(graph, DType::f32, {10, 10}, 1);  // 400 bytes
  CHECK_FALSE(ConstantValues({.bytes_of_value = 399}).of(small).has_value());
  CHECK(ConstantValues({.bytes_of_value = 400}).of(small).has_value());
  CHECK_FALSE(ConstantValues({.flops_of_value = 1999}).of(matmul(small, small)).has_value());
  CHECK(ConstantValues({.flops_of_value = 2000}).of(matmul(small, small)).has_value());

  ConstantValues few({.bytes = 1000});  // two of them
  CHECK(few.of(small + 1).has_value());
  CHECK_FALSE(few.is_limited());
  CHECK_FALSE(few.of(small + 2).has_value());
  CHECK(few.is_limited());
  CHECK(few.of(small).has_value());                  // known already
  CHECK(few.of(reshape(small, {100})).has_value());  // shares its memory
}

TEST_CASE("what a kernel refuses is an error with the node") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1, 2});
  const Output bad = gather(x, constant(graph, Tensor{5}), {.name = "bad"});
  const auto error = caught<RunError>([&] { constant_value(bad); });
  CHECK(error.info().node == "bad");
  CHECK(error.info().message.find("5") != std::string::npos);
}

}  // namespace deft
