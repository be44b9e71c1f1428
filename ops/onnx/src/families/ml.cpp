#include <array>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include <deft/ops/activations.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>

#include "op_table.hpp"
#include "widened.hpp"

// Models of scikit-learn and the like: what ai.onnx.ml has but for trees, support vector machines
// and what is made of strings.
namespace deft::onnx {
namespace {

/// Numbers as a constant of `dtype`.
Output numbers(const NodeContext& node, const std::vector<double>& values, const Shape& shape,
               DType dtype) {
  return as_dtype(constant(node.graph(), Tensor::from(shape, values)), dtype);
}

Output vector(const NodeContext& node, const std::vector<double>& values, DType dtype) {
  return numbers(node, values, {values.size()}, dtype);
}

/// A numeric input as what these operations compute in.
Output floating(const Output& x) { return x.dtype() == DType::f64 ? x : as_dtype(x, DType::f32); }

/// x as rows: a vector is one.
Output rows_of(const NodeContext& node, const Output& x) {
  if (x.shape().rank() == 1) return expand_dims(x, 0);
  if (x.shape().rank() != 2) node.refuse("its input is " + to_string(x.spec()) + ", and no matrix");
  return x;
}

/// x [n, features] times the transpose of the coefficients [results, features], plus intercepts.
Output linear(const NodeContext& node, const Output& x) {
  const std::vector<double> coefficients = node.numbers("coefficients");
  const std::int64_t features = x.shape()[1];
  const auto count = static_cast<std::int64_t>(coefficients.size());
  if (features < 1 || count % features != 0)
    node.refuse("it has " + std::to_string(count) + " coefficients for " + to_string(x.spec()) +
                ", of which the features must be known and divide them");
  const Output weights = numbers(node, coefficients, {count / features, features}, x.dtype());
  const Output y = matmul(x, weights, {.transpose_b = true});
  const std::vector<double> intercepts = node.numbers("intercepts", std::vector<double>());
  return intercepts.empty() ? y : add(y, vector(node, intercepts, x.dtype()));
}

/// The quantile of the normal distribution at p, by the inverse of the error function that ONNX's
/// reference has (S. Winitzki, "A handy approximation for the error function and its inverse",
/// 2008).
Output probit(const Output& p) {
  constexpr double a = 0.147;
  const Output z = p * 2 - 1;
  const Output log_rest = log((1 - z) * (1 + z));
  const Output half = log_rest / 2 + 2 / (std::numbers::pi * a);
  const Output inverse = sqrt(sqrt(square(half) - log_rest / a) - half);
  return sign(z) * inverse * std::numbers::sqrt2;
}

/// Softmax whose elements near 0 stay there.
Output softmax_zero(const Output& scores) {
  const Output largest = reduce_max(scores, {.axes = {1}, .keep_dims = true});
  const Output weights =
      where(greater(abs(scores), 1e-7), exp(scores - largest), scores * exp(neg(largest)));
  const Output sum = reduce_sum(weights, {.axes = {1}, .keep_dims = true});
  return where(equal(sum, 0), 0.5, weights / where(equal(sum, 0), 1, sum));
}

Output transformed(const NodeContext& node, const Output& scores) {
  const std::string transform = node.text("post_transform", "NONE");
  if (transform == "NONE") return scores;
  if (transform == "LOGISTIC") return sigmoid(scores);
  if (transform == "SOFTMAX") return softmax(scores);
  if (transform == "SOFTMAX_ZERO") return softmax_zero(scores);
  if (transform == "PROBIT") return probit(scores);
  node.refuse("its post_transform \"" + transform + "\" is none that ONNX knows");
}

/// Of a single target ONNX's text, its reference and its runtimes transform differently.
std::vector<Output> import_linear_regressor(const NodeContext& node) {
  const Output scores = linear(node, rows_of(node, floating(node.input(0))));
  const std::string transform = node.text("post_transform", "NONE");
  if (scores.shape()[1] == 1 && transform != "NONE")
    node.refuse("its post_transform " + transform +
                " of one target is not the same in all runtimes; export the model without it");
  return {as_dtype(transformed(node, scores), DType::f32)};
}

/// Whether one score stands for two classes: it is that of the second, and what the first has is
/// the same in all runtimes where both go through the logistic function alone.
bool is_binary(const NodeContext& node, std::int64_t scores, std::size_t labels) {
  if (static_cast<std::int64_t>(labels) == scores || labels == 0) return false;
  if (scores == 1 && labels == 2 && node.text("post_transform", "NONE") == "LOGISTIC") return true;
  node.refuse("it has " + std::to_string(labels) + " labels for " + std::to_string(scores) +
              " scores, which is read where they are as many, or where one score of two labels is "
              "transformed by LOGISTIC");
}

/// Labels of the largest scores, and the scores transformed.
std::vector<Output> import_linear_classifier(const NodeContext& node) {
  if (node.has("classlabels_strings") && !node.texts("classlabels_strings").empty())
    node.refuse("its labels are texts, and deft has no strings; export the model with numbers");
  const std::vector<std::int64_t> labels =
      node.integers("classlabels_ints", std::vector<std::int64_t>());
  const Output single = linear(node, rows_of(node, floating(node.input(0))));
  const bool binary = is_binary(node, single.shape()[1], labels.size());
  const Output scores = binary ? concat({neg(single), single}, 1) : single;
  const Output largest = argmax(scores, 1);
  const Output label =
      labels.empty() ? largest : gather(constant(node.graph(), Tensor::from(labels)), largest);
  return {label, as_dtype(transformed(node, scores), DType::f32)};
}

std::vector<Output> import_scaler(const NodeContext& node) {
  const Output x = floating(node.input(0));
  const Output shifted = sub(x, vector(node, node.numbers("offset"), x.dtype()));
  return {as_dtype(mul(shifted, vector(node, node.numbers("scale"), x.dtype())), DType::f32)};
}

/// Each row divided by its norm, which is no smaller than 1e-30. MAX is the largest magnitude, as
/// scikit-learn and ONNX's reference have it.
std::vector<Output> import_normalizer(const NodeContext& node) {
  const Output x = floating(node.input(0));
  const std::string kind = node.text("norm", "MAX");
  Output size;
  if (kind == "MAX")
    size = reduce_max(abs(x), {.axes = {-1}, .keep_dims = true});
  else if (kind == "L1" || kind == "L2")
    size = norm(x, {.ord = kind == "L1" ? 1.0 : 2.0, .axes = {-1}, .keep_dims = true});
  else
    node.refuse("its norm \"" + kind + "\" is none that ONNX knows");
  return {as_dtype(div(x, maximum(size, 1e-30)), DType::f32)};
}

std::vector<Output> import_binarizer(const NodeContext& node) {
  const Output x = node.input(0);
  return {as_dtype(greater(widened(x), node.number("threshold", 0)), x.dtype())};
}

std::vector<Output> import_imputer(const NodeContext& node) {
  const Output x = node.input(0);
  const bool is_float = is_floating(computing_dtype(x.dtype()));
  const Output values =
      is_float
          ? vector(node, node.numbers("imputed_value_floats"), x.dtype())
          : as_dtype(constant(node.graph(), Tensor::from(node.integers("imputed_value_int64s"))),
                     x.dtype());
  if (!is_float)
    return {where(equal(x, as_dtype(fill(node.graph(), DType::i64, {},
                                         node.integer("replaced_value_int64", 0)),
                                    x.dtype())),
                  values, x)};
  const double replaced = node.number("replaced_value_float", 0);
  return {where(replaced != replaced ? is_nan(x) : equal(x, replaced), values, x)};
}

/// The elements along the last axis that the indices name; a vector becomes a row.
std::vector<Output> import_array_feature_extractor(const NodeContext& node) {
  const Output x = node.input(0);
  const Output indices = reshape(node.input(1), {Shape::unknown});
  const Output taken = gather(x, indices, {.axis = -1});
  return {x.shape().rank() == 1 ? expand_dims(taken, 0) : taken};
}

/// Inputs [n] or [n, features], cut or filled with zeros to as many features as the node says.
std::vector<Output> import_feature_vectorizer(const NodeContext& node) {
  const std::vector<Output> xs = node.inputs();
  const std::vector<std::int64_t> counts = node.integers("inputdimensions");
  if (counts.size() != xs.size())
    node.refuse("it has " + std::to_string(counts.size()) + " inputdimensions for " +
                std::to_string(xs.size()) + " inputs");
  std::vector<Output> parts;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const Output x = floating(xs[i]);
    const Output columns = x.shape().rank() == 1 ? expand_dims(x, 1) : rows_of(node, x);
    const std::int64_t features = columns.shape()[1];
    if (features == Shape::unknown)
      node.refuse("input " + std::to_string(i) + " is " + to_string(x.spec()) +
                  ", of which the features must be known");
    parts.push_back(counts[i] <= features ? slice(columns, 1, {0, counts[i]})
                                          : pad(columns, {{0, 0}, {0, counts[i] - features}}));
  }
  return {as_dtype(concat(parts, 1), DType::f32)};
}

std::vector<Output> import_one_hot_encoder(const NodeContext& node) {
  if (node.has("cats_strings") && !node.texts("cats_strings").empty())
    node.refuse("its categories are texts, and deft has no strings");
  if (!node.flag("zeros", true))
    node.refuse("it fails for numbers that are no category; deft has zeros = 1 alone");
  const Output categories = constant(node.graph(), Tensor::from(node.integers("cats_int64s")));
  const Output x = expand_dims(as_dtype(node.input(0), DType::i64), -1);
  return {cast(equal(x, categories), DType::f32)};
}

std::vector<Output> refuse_zip_map(const NodeContext& node) {
  node.refuse(
      "it makes dictionaries, and deft has tensors alone; export the model with the option "
      "zipmap off");
}

constexpr std::string_view domain = "ai.onnx.ml";
constexpr std::array ml{
    OpImport{"ArrayFeatureExtractor", import_array_feature_extractor, 1, domain},
    OpImport{"Binarizer", import_binarizer, 1, domain},
    OpImport{"FeatureVectorizer", import_feature_vectorizer, 1, domain},
    OpImport{"Imputer", import_imputer, 1, domain},
    OpImport{"LinearClassifier", import_linear_classifier, 1, domain},
    OpImport{"LinearRegressor", import_linear_regressor, 1, domain},
    OpImport{"Normalizer", import_normalizer, 1, domain},
    OpImport{"OneHotEncoder", import_one_hot_encoder, 1, domain},
    OpImport{"Scaler", import_scaler, 1, domain},
    OpImport{"ZipMap", refuse_zip_map, 1, domain},
};

}  // namespace

std::span<const OpImport> ml_ops() { return ml; }

}  // namespace deft::onnx
