#include "kfold/model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "examples/kfold/sample.hpp"

namespace examples::kfold {
namespace {

using deft::Output;
using deft::Tensor;

/// The ridge regression as least squares: the rows of `data` and, below them, sqrt(n penalty) I
/// with the target 0.
Tensor augmented_solution(const FoldData& data, double penalty) {
  const std::int64_t n = data.X.shape()[0];
  const std::int64_t features = data.X.shape()[1];
  const auto X = data.X.data<double>();
  const auto d = data.d.data<double>();
  std::vector<double> rows(X.begin(), X.end());
  std::vector<double> targets(d.begin(), d.end());
  for (std::int64_t i = 0; i < features; ++i) {
    for (std::int64_t j = 0; j < features; ++j) {
      rows.push_back(i == j ? std::sqrt(static_cast<double>(n) * penalty) : 0);
    }
    targets.push_back(0);
  }
  deft::Graph graph;
  Output w = lstsq(constant(graph, Tensor::from<double>({n + features, features}, rows)),
                   constant(graph, Tensor::from<double>({n + features, 1}, targets)));
  return deft::Session(graph).eval(w);
}

/// mean((X w - d)^2)
double mean_squared_error(const Tensor& X, const Tensor& w, const Tensor& d) {
  const auto rows = static_cast<std::size_t>(X.shape()[0]);
  const auto features = static_cast<std::size_t>(X.shape()[1]);
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    double error = -d.data<double>()[i];
    for (std::size_t j = 0; j < features; ++j) {
      error += X.data<double>()[i * features + j] * w.data<double>()[j];
    }
    sum += error * error;
  }
  return sum / static_cast<double>(rows);
}

void check_equal(const Tensor& found, const Tensor& expected) {
  REQUIRE(found.shape() == expected.shape());
  for (std::size_t j = 0; j < static_cast<std::size_t>(found.num_elements()); ++j) {
    CHECK(found.data<double>()[j] == doctest::Approx(expected.data<double>()[j]).epsilon(1e-10));
  }
}

/// Checks the weights and the errors of every model in the graph.
void check_models(deft::Session& session, const Models& models, const std::vector<FoldData>& folds,
                  const std::vector<double>& penalties) {
  REQUIRE(models.w.size() == folds.size() * penalties.size());
  for (std::size_t i = 0; i < models.w.size(); ++i) {
    CAPTURE(i);
    const FoldData& data = folds[i / penalties.size()];
    const Tensor w = session.eval(models.w[i]);
    check_equal(w, augmented_solution(data, penalties[i % penalties.size()]));
    CHECK(session.eval(models.training_mse[i]).item<double>() ==
          doctest::Approx(mean_squared_error(data.X, w, data.d)));
    CHECK(session.eval(models.validation_mse[i]).item<double>() ==
          doctest::Approx(mean_squared_error(data.X_validation, w, data.d_validation)));
  }
}

}  // namespace

TEST_CASE("the closed form solves the augmented system") {
  const std::vector<FoldData> folds = small_folds();
  const std::vector<double> penalties = small_options().penalties;
  const Models models = closed_form_models(folds, penalties);
  deft::Session session(models.graph);
  check_models(session, models, folds, penalties);
}

TEST_CASE("gradient descent arrives at the solution of the augmented system") {
  const std::vector<FoldData> folds = small_folds();
  const std::vector<double> penalties{0.1, 1};
  const TrainedModels models =
      trained_models(folds, penalties, std::vector<double>(folds.size() * penalties.size(), 0.1));
  deft::Session session(models.graph);
  session.run(models.initialize);
  session.run(models.train, {.steps = 2000});
  check_models(session, models, folds, penalties);
}

TEST_CASE("each model takes steps of its own learning rate") {
  // The gradient of ((w - 3)^2 + (2 w - 1)^2) / 2 + penalty w^2 is 5 w - 5 + 2 penalty w.
  const FoldData data{Tensor::from<double>({2, 1}, {1, 2}), Tensor::from<double>({2, 1}, {3, 1}),
                      Tensor::from<double>({1, 1}, {10}), Tensor::from<double>({1, 1}, {6})};
  const TrainedModels models = trained_models({data}, {0.5, 2}, {0.125, 0.0625});
  deft::Session session(models.graph);
  session.run(models.initialize);
  CHECK(session.eval(models.w[0]).item<double>() == 0);
  CHECK(session.eval(models.training_mse[1]).item<double>() == 5);
  session.run(models.train);
  CHECK(session.eval(models.w[0]).item<double>() == 0.625);
  CHECK(session.eval(models.w[1]).item<double>() == 0.3125);
  CHECK(session.eval(models.validation_mse[0]).item<double>() == 0.0625);
  session.run(models.train);
  CHECK(session.eval(models.w[0]).item<double>() == 0.625 - 0.125 * (3.125 - 5 + 0.625));
}

}  // namespace examples::kfold
