// The models of examples/, as those folders write them, on data of their kind.

#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

/// Rows (1, x, x^2 ...) of a polynomial with x on [0, 2], and what it should give.
struct Points {
  Tensor X;
  Tensor d;
};

template <class T>
Points points(std::int64_t rows, std::int64_t coefficients) {
  const Tensor noise = uniform(DType::f64, {rows}, 444);
  std::vector<T> X;
  std::vector<T> d;
  for (std::int64_t i = 0; i < rows; ++i) {
    const double x = 2 * static_cast<double>(i) / static_cast<double>(rows - 1);
    double power = 1;
    for (std::int64_t j = 0; j < coefficients; ++j, power *= x) X.push_back(static_cast<T>(power));
    d.push_back(
        static_cast<T>(3 + 2 * x + 0.1 * noise.data<double>()[static_cast<std::size_t>(i)]));
  }
  return {Tensor::from<T>({rows, coefficients}, X), Tensor::from<T>({rows, 1}, d)};
}

Points points_of(DType dtype, std::int64_t rows, std::int64_t coefficients) {
  return dtype == DType::f32 ? points<float>(rows, coefficients)
                             : points<double>(rows, coefficients);
}

/// By gradient descent with the gradient of deft, or worked out on paper.
Subject descent(DType dtype, std::int64_t rows, std::int64_t coefficients, bool by_hand) {
  const Points data = points_of(dtype, rows, coefficients);
  const Graph graph;
  const Output X = constant(graph, data.X, {.name = "X"});
  const Output d = constant(graph, data.d, {.name = "d"});
  const Output w = variable(zeros(graph, dtype, {coefficients, 1}), {.name = "w"});
  const Output e = sub(matmul(X, w), d, {.name = "e"});
  const Output mse = reduce_mean(square(e), {.name = "mse"});
  const Output gradient = by_hand ? (2.0 / static_cast<double>(rows)) * matmul(transpose(X), e)
                                  : gradients(mse, {w}).at(0);
  const Output train = assign(w, w - 0.001 * gradient, {.name = "train"});
  const std::string name = std::string(to_string(dtype)) + " " + std::to_string(rows) + "x" +
                           std::to_string(coefficients) + (by_hand ? " by hand" : "");
  return trained(name, graph, train, rows > 5000 ? 20 : 300, {w, mse});
}

Subject closed_form(std::int64_t coefficients) {
  const Points data = points<double>(500, coefficients);
  const Graph graph;
  const Output X = constant(graph, data.X);
  const Output d = constant(graph, data.d);
  const Output w = lstsq(X, d, {.name = "w"});
  return fetched("closed form", graph, {w, reduce_mean(square(matmul(X, w) - d))});
}

Family regression() {
  std::vector<std::function<Subject()>> makes;
  for (const DType dtype : {DType::f32, DType::f64})
    for (const bool by_hand : {true, false}) {
      makes.push_back([=] { return descent(dtype, 1000, 2, by_hand); });
      makes.push_back([=] { return descent(dtype, 10'000, 2, by_hand); });
      makes.push_back([=] { return descent(dtype, 333, 5, by_hand); });
    }
  makes.push_back([] { return closed_form(2); });
  makes.push_back([] { return closed_form(7); });
  return {"example_regression", makes.size(),
          [makes](std::size_t index) { return makes[index](); }};
}

constexpr std::int64_t features = 12;
constexpr double penalties[] = {0, 0.001, 0.1, 10};

/// The rows of a fold in a graph: for training, and for validation.
struct Fold {
  Fold(const Graph& graph, std::uint64_t seed)
      : X(constant(graph, uniform(DType::f64, {200, features}, seed))),
        d(constant(graph, uniform(DType::f64, {200, 1}, seed + 1))),
        X_validation(constant(graph, uniform(DType::f64, {50, features}, seed + 2))),
        d_validation(constant(graph, uniform(DType::f64, {50, 1}, seed + 3))) {}

  Output error(const Output& w) const { return reduce_mean(square(matmul(X, w) - d)); }
  Output validation_error(const Output& w) const {
    return reduce_mean(square(matmul(X_validation, w) - d_validation));
  }

  Output X, d, X_validation, d_validation;
};

/// A ridge regression for each fold and penalty, trained side by side.
Subject trained_folds() {
  const Graph graph;
  std::vector<Output> steps;
  std::vector<Output> results;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const Fold fold(graph, 10 * i);
    for (const double penalty : penalties) {
      const Output w = variable(zeros(graph, DType::f64, {features, 1}));
      const Output loss = fold.error(w) + penalty * reduce_sum(square(w));
      steps.push_back(assign(w, w - 0.02 * gradients(loss, {w}).at(0)));
      for (const Output& result : {w, fold.error(w), fold.validation_error(w)})
        results.push_back(result);
    }
  }
  return trained("trained", graph, group(steps), 50, results);
}

Subject solved_folds() {
  const Graph graph;
  std::vector<double> identity(features * features, 0);
  for (std::size_t i = 0; i < identity.size(); i += features + 1) identity[i] = 1;
  const Output I = constant(graph, Tensor::from<double>({features, features}, identity));
  std::vector<Output> results;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const Fold fold(graph, 10 * i);
    const Output XtX = matmul(fold.X, fold.X, {.transpose_a = true});
    const Output Xtd = matmul(fold.X, fold.d, {.transpose_a = true});
    for (const double penalty : penalties) {
      const Output w = lstsq(XtX + (200 * penalty) * I, Xtd);
      for (const Output& result : {w, fold.error(w), fold.validation_error(w)})
        results.push_back(result);
    }
  }
  return fetched("closed form", graph, results);
}

}  // namespace

std::vector<Family> examples() {
  return {regression(), {"example_kfold", 2, [](std::size_t index) {
                           return index == 0 ? trained_folds() : solved_folds();
                         }}};
}

}  // namespace deft::digest
