#include "kfold/selection.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace examples::kfold {
namespace {

/// Scores for rising penalties.
std::vector<Score> of(const std::vector<double>& errors, double standard_error) {
  std::vector<Score> result;
  for (const double error : errors) {
    result.push_back({static_cast<double>(result.size() + 1), 0, error, standard_error});
  }
  return result;
}

}  // namespace

TEST_CASE("scores are means over the folds, with the standard error of the mean") {
  // Three folds and two penalties.
  const std::vector<Score> found = scores({0.5, 2}, {1, 10, 2, 20, 3, 60}, {4, 7, 6, 7, 11, 7});
  REQUIRE(found.size() == 2);
  CHECK(found[0].penalty == 0.5);
  CHECK(found[0].training_mse == doctest::Approx(2));
  CHECK(found[0].validation_mse == doctest::Approx(7));
  CHECK(found[0].standard_error == doctest::Approx(std::sqrt((9 + 1 + 16) / 2.0 / 3.0)));
  CHECK(found[1].penalty == 2);
  CHECK(found[1].training_mse == doctest::Approx(30));
  CHECK(found[1].validation_mse == doctest::Approx(7));
  CHECK(found[1].standard_error == doctest::Approx(0));
}

TEST_CASE("the least validation error is chosen, the first of equals") {
  CHECK(choose(of({3, 1, 2}, 0)).best == 1);
  CHECK(choose(of({3, 2, 2}, 0)).best == 1);
  CHECK(choose(of({1, 2, 3}, 0)).best == 0);
  CHECK(choose(of({3, 2, 1}, 0)).best == 2);
  CHECK(choose(of({5}, 0)).best == 0);
}

TEST_CASE("the simplest is the largest penalty within one standard error of the least") {
  CHECK(choose(of({3, 1, 1.4, 1.5, 1.6, 3}, 0.5)).simplest == 3);
  CHECK(choose(of({1.1, 1, 2}, 0.5)).simplest == 1);  // not a smaller penalty
  CHECK(choose(of({2, 1, 2, 1.1}, 0.5)).simplest == 3);
  CHECK(choose(of({5}, 0.5)).simplest == 0);
}

}  // namespace examples::kfold
