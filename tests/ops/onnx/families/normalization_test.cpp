#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

Tensor f32(const Shape& shape, const std::vector<float>& values) {
  return Tensor::from(shape, values);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_near(const Tensor& is, const Shape& shape, const std::vector<double>& expected) {
  CHECK(is.shape() == shape);
  const std::vector<double> values = is.to<double>();
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(expected[i]))
      CHECK(std::isnan(values[i]));
    else
      CHECK(values[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  }
}

/// Two channels of an open batch of 2, with scale, shift, mean and variance of each.
OneNode batch_norm(std::int64_t opset, const Attributes& attributes = {}, std::size_t outputs = 1) {
  return {.op = "BatchNormalization",
          .inputs = {batched(f32({2, 2}, {1, 10, 3, 30})), f32({2}, {2, 1}), f32({2}, {0, 100}),
                     f32({2}, {1, 10}), f32({2}, {4, 100})},
          .attributes = attributes,
          .opset = opset,
          .outputs = outputs};
}

const Attributes exact{{"epsilon", 0.0}};

Attributes with(const char* name, int value) { return {{"epsilon", 0.0}, {name, value}}; }

}  // namespace

TEST_CASE("BatchNormalization evaluates with the statistics of its inputs in every version") {
  const std::vector<double> expected{0, 100, 2, 102};
  for (const std::int64_t opset : {7, 9, 14, 15})
    check_near(batch_norm(opset, exact).value(), {2, 2}, expected);
  check_near(batch_norm(6, with("is_test", 1)).value(), {2, 2}, expected);
  check_near(batch_norm(14, with("training_mode", 0)).value(), {2, 2}, expected);
}

TEST_CASE("BatchNormalization that trains gives moved statistics, and before 14 the batch's too") {
  const std::vector<double> expected{-2, 99, 2, 101};
  const std::vector<Tensor> now = batch_norm(14, with("training_mode", 1), 3).run();
  check_near(now.at(0), {2, 2}, expected);
  check_near(now.at(1), {2}, {0.9 + 0.2, 9 + 2});
  check_near(now.at(2), {2}, {0.9 * 4 + 0.1, 90 + 10});
  const std::vector<Tensor> before = batch_norm(9, exact, 5).run();
  check_near(before.at(0), {2, 2}, expected);
  check_near(before.at(1), {2}, {1.1, 11});
  check_near(before.at(3), {2}, {2, 20});
  check_near(before.at(4), {2}, {1, 100});
}

TEST_CASE("BatchNormalization until version 8 may have statistics of each element") {
  const OneNode norm{"BatchNormalization",
                     {batched(f32({1, 1, 2}, {1, 2})), f32({1, 2}, {1, 1}), f32({1, 2}, {0, 0}),
                      f32({1, 2}, {1, 1}), f32({1, 2}, {1, 4})},
                     with("spatial", 0),
                     7};
  check_near(norm.value(), {1, 1, 2}, {0, 0.5});
}

TEST_CASE("BatchNormalization of f16 with statistics in f32 is computed in f32") {
  const Tensor x = Tensor::from({1, 1}, std::vector<Half>{Half(3.0F)});
  const Tensor one = f32({1}, {1});
  const OneNode norm{"BatchNormalization", {x, one, one, one, f32({1}, {4})}, exact, 15};
  CHECK(norm.value() == Tensor::from({1, 1}, std::vector<Half>{Half(2.0F)}));
}

TEST_CASE("LayerNormalization gives mean and inverse deviation in f32, of f16 too") {
  const OneNode norm{
      .op = "LayerNormalization",
      .inputs = {batched(Tensor::from({1, 2}, std::vector<Half>{Half(1.0F), Half(5.0F)})),
                 Tensor::from({2}, std::vector<Half>{Half(1.0F), Half(10.0F)})},
      .attributes = exact,
      .outputs = 3};
  const std::vector<Tensor> made = norm.run();
  CHECK(made.at(0) == Tensor::from({1, 2}, std::vector<Half>{Half(-1.0F), Half(10.0F)}));
  CHECK(made.at(1) == f32({1, 1}, {3}));
  CHECK(made.at(2) == f32({1, 1}, {0.5F}));
}

TEST_CASE("norms refuse a stash_type that deft does not compute in") {
  const Tensor x = f32({1, 2}, {1, 5});
  const OneNode norm{"LayerNormalization", {x, x}, {{"stash_type", 16}}};
  CHECK(contains(norm.refusal(), "its stash_type is 16, and deft computes norms in f32"));
}

TEST_CASE("GroupNormalization scales groups until version 21, and channels from then on") {
  const Tensor x = f32({1, 4, 1}, {1, 3, 10, 30});
  const auto norm = [&](std::int64_t opset, const Tensor& scale) {
    return OneNode{"GroupNormalization",
                   {batched(x), scale, Tensor::zeros(DType::f32, scale.shape())},
                   with("num_groups", 2),
                   opset};
  };
  check_near(norm(18, f32({2}, {1, 2})).value(), {1, 4, 1}, {-1, 1, -2, 2});
  check_near(norm(21, f32({4}, {1, 2, 3, 4})).value(), {1, 4, 1}, {-1, 2, -3, 4});
  CHECK(contains(OneNode{"GroupNormalization", {x, x, x}, {{"num_groups", 3}}, 21}.refusal(),
                 "whose channels must be known and 3 groups"));
}

TEST_CASE("norms of an open batch") {
  const TestInput x = batched(f32({1, 2, 2}, {3, 4, 0, 0}));
  check_near(OneNode{"LpNormalization", {x}}.value(), {1, 2, 2}, {0.6, 0.8, 0, 0});
  check_near(OneNode{"RMSNormalization", {x, f32({2}, {1, 2})}, exact, 23}.value(), {1, 2, 2},
             {3 / std::sqrt(12.5), 8 / std::sqrt(12.5), NAN, NAN});
  check_near(OneNode{"InstanceNormalization", {x, f32({2}, {1, 1}), f32({2}, {0, 5})}}.value(),
             {1, 2, 2}, {-0.5 / std::sqrt(0.25 + 1e-5), 0.5 / std::sqrt(0.25 + 1e-5), 5, 5});
  check_near(OneNode{"LRN", {x}, {{"size", 3}, {"alpha", 3.0}, {"beta", 1.0}}}.value(), {1, 2, 2},
             {0.3, 4.0 / 17, 0, 0});
}

}  // namespace deft::onnx
