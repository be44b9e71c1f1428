#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

using Numbers = std::vector<float>;

Tensor f32(const Shape& shape, const Numbers& values) { return Tensor::from(shape, values); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

OneNode ml(const std::string& op, const std::vector<TestInput>& inputs,
           const Attributes& attributes = {}, std::size_t outputs = 1) {
  return {.op = op,
          .inputs = inputs,
          .attributes = attributes,
          .outputs = outputs,
          .domain = "ai.onnx.ml"};
}

const Tensor row = f32({1, 2}, {3, 4});

}  // namespace

TEST_CASE("LinearRegressor of an open batch, of integers and with several targets") {
  const Attributes one{{"coefficients", Numbers{1, 10}}, {"intercepts", Numbers{100}}};
  CHECK(ml("LinearRegressor", {batched(row)}, one).value() == f32({1, 1}, {143}));
  const Tensor integers = Tensor::from({1, 2}, std::vector<std::int64_t>{3, 4});
  CHECK(ml("LinearRegressor", {batched(integers)}, one).value() == f32({1, 1}, {143}));
  const Attributes two{{"coefficients", Numbers{1, 10, 0, 1}}, {"targets", 2}};
  CHECK(ml("LinearRegressor", {row}, two).value() == f32({1, 2}, {43, 4}));
  const Attributes wrong{{"coefficients", Numbers{1, 10, 0}}};
  CHECK(contains(ml("LinearRegressor", {row}, wrong).refusal(),
                 "it has 3 coefficients for f32[1, 2], of which the features must be known"));
  const Attributes odd{{"coefficients", Numbers{1, 10}}, {"post_transform", "LOGISTIC"}};
  CHECK(contains(ml("LinearRegressor", {row}, odd).refusal(),
                 "its post_transform LOGISTIC of one target is not the same in all runtimes"));
}

TEST_CASE("LinearClassifier gives the label of the largest score, and transformed scores") {
  const auto made = [](const Numbers& coefficients, const Integers& labels, const char* transform) {
    return ml("LinearClassifier", {batched(row)},
              {{"coefficients", coefficients},
               {"classlabels_ints", labels},
               {"post_transform", transform}},
              2);
  };
  const std::vector<Tensor> plain = made({1, 0, 0, 1}, {7, -9}, "NONE").run();
  CHECK(plain.at(0) == Tensor{std::int64_t{-9}});
  CHECK(plain.at(1) == f32({1, 2}, {3, 4}));
  const std::vector<Tensor> soft = made({1, 0, 0, 1}, {7, -9}, "SOFTMAX").run();
  CHECK(soft.at(1).at<float>(0, 1) == doctest::Approx(1 / (1 + std::exp(-1.0))));
  const std::vector<Tensor> zero = made({0, 0, 0, 1}, {7, -9}, "SOFTMAX_ZERO").run();
  CHECK(zero.at(1) == f32({1, 2}, {0, 1}));
  const std::vector<Tensor> binary = made({-1, 0}, {7, -9}, "LOGISTIC").run();
  CHECK(binary.at(0) == Tensor{std::int64_t{7}});
  CHECK(binary.at(1).at<float>(0, 0) == doctest::Approx(1 / (1 + std::exp(-3.0))));
  CHECK(contains(made({1, 0}, {7, -9}, "NONE").refusal(), "it has 2 labels for 1 scores"));
  CHECK(contains(made({1, 0, 0, 1}, {7, -9}, "CUBE").refusal(),
                 "its post_transform \"CUBE\" is none that ONNX knows"));
  CHECK(contains(ml("LinearClassifier", {row},
                    {{"coefficients", Numbers{1, 0}}, {"classlabels_strings", Names{"a"}}})
                     .refusal(),
                 "its labels are texts, and deft has no strings"));
}

TEST_CASE("Scaler and Normalizer") {
  CHECK(ml("Scaler", {row}, {{"offset", Numbers{1, 2}}, {"scale", Numbers{10}}}).value() ==
        f32({1, 2}, {20, 20}));
  const auto normalized = [](const char* norm) {
    return ml("Normalizer", {batched(f32({2, 2}, {-3, 4, 0, 0}))}, {{"norm", norm}});
  };
  CHECK(normalized("MAX").value() == f32({2, 2}, {-0.75F, 1, 0, 0}));
  CHECK(normalized("L1").value() == f32({2, 2}, {-3.0F / 7, 4.0F / 7, 0, 0}));
  CHECK(normalized("L2").value() == f32({2, 2}, {-0.6F, 0.8F, 0, 0}));
  CHECK(contains(normalized("L3").refusal(), "its norm \"L3\" is none that ONNX knows"));
}

TEST_CASE("features are cut, filled, binarized and encoded") {
  CHECK(ml("Binarizer", {row}, {{"threshold", 3.0}}).value() == f32({1, 2}, {0, 1}));
  CHECK(
      ml("FeatureVectorizer", {row, Tensor{7.0F}}, {{"inputdimensions", Integers{1, 2}}}).value() ==
      f32({1, 3}, {3, 7, 0}));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(ml("Imputer", {f32({1, 2}, {nan, 4})},
           {{"imputed_value_floats", Numbers{1, 2}}, {"replaced_value_float", NAN}})
            .value() == f32({1, 2}, {1, 4}));
  CHECK(ml("Imputer", {Tensor::from({1, 2}, std::vector<std::int64_t>{3, -1})},
           {{"imputed_value_int64s", Integers{9}}, {"replaced_value_int64", -1}})
            .value() == Tensor::from({1, 2}, std::vector<std::int64_t>{3, 9}));
  CHECK(ml("OneHotEncoder", {Tensor{std::int64_t{5}, std::int64_t{8}}},
           {{"cats_int64s", Integers{5, 6}}})
            .value() == f32({2, 2}, {1, 0, 0, 0}));
}

TEST_CASE("ArrayFeatureExtractor takes along the last axis; a vector becomes a row") {
  const Tensor indices{std::int64_t{1}, std::int64_t{0}};
  CHECK(ml("ArrayFeatureExtractor", {batched(row), indices}).value() == f32({1, 2}, {4, 3}));
  CHECK(ml("ArrayFeatureExtractor", {Tensor{5, 6}, indices}).value() ==
        Tensor::from({1, 2}, std::vector<std::int32_t>{6, 5}));
}

TEST_CASE("ZipMap says how models are exported without it") {
  CHECK(contains(ml("ZipMap", {row}).refusal(), "export the model with the option zipmap off"));
}

}  // namespace deft::onnx
