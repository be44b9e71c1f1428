#include "kfold/stability.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "examples/kfold/sample.hpp"
#include "kfold/model.hpp"
#include "support/samples.hpp"

namespace examples::kfold {
namespace {

FoldData with_features(std::int64_t rows, std::int64_t features, std::vector<double> X) {
  const deft::Tensor column = deft::Tensor::zeros(deft::DType::f64, {rows, 1});
  return {deft::Tensor::from<double>({rows, features}, X), column, deft::Tensor{}, deft::Tensor{}};
}

/// The largest weight of all models after some steps at `factor` times the stable rates.
double largest_weight(double factor) {
  const std::vector<FoldData> folds = small_folds();
  const std::vector<double> penalties = small_options().penalties;
  std::vector<double> rates;
  for (const double eigenvalue : largest_eigenvalues(folds, 1)) {
    for (const double penalty : penalties) {
      rates.push_back(factor * stable_learning_rate(eigenvalue, penalty));
    }
  }
  const TrainedModels models = trained_models(folds, penalties, rates);
  deft::Session session(models.graph, {.threads = 1});
  session.run(models.initialize);
  session.run(models.train, {.steps = 1000});
  double largest = 0;
  for (const deft::Tensor& w : session.run(models.w)) {
    largest = deft::larger(largest, deft::largest_magnitude(w.data<double>()));
  }
  return largest;
}

}  // namespace

TEST_CASE("eigenvalues that are known") {
  const std::vector<FoldData> folds{with_features(2, 2, {3, 0, 0, 1}),    // 9/2 and 1/2
                                    with_features(2, 2, {1, -1, -1, 1}),  // 2 and 0
                                    with_features(3, 1, {1, 2, 3}),       // 14/3
                                    with_features(2, 2, {0, 0, 0, 0})};
  const std::vector<double> found = largest_eigenvalues(folds, 2);
  REQUIRE(found.size() == 4);
  CHECK(found[0] == doctest::Approx(4.5));
  CHECK(found[1] == doctest::Approx(2));
  CHECK(found[2] == doctest::Approx(14.0 / 3));
  CHECK(found[3] == 0);
}

TEST_CASE("gradient descent converges below the stable rate and diverges above it") {
  CHECK(largest_weight(0.95) < 10);
  CHECK_FALSE(largest_weight(1.05) < 1e10);
}

}  // namespace examples::kfold
