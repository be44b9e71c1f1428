#include "kfold/cross_validation.hpp"

#include <doctest/doctest.h>

#include <string>

#include "caught.hpp"
#include "common/errors.hpp"
#include "examples/kfold/sample.hpp"

namespace examples::kfold {
namespace {

Report report_of(const Options& options) {
  NumpyRandom random(options.seed);
  const Dataset data = load_dataset(options, random);
  return cross_validate(data, options, random);
}

}  // namespace

TEST_CASE("noisy data with few rows: the chosen penalty lies inside the grid") {
  Options options;
  options.rows = 60;
  options.features = 30;
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    options.seed = seed;
    const Report report = report_of(options);
    CAPTURE(seed);
    CHECK(report.choice.best > 0);
    CHECK(report.choice.best < report.scores.size() - 1);
    CHECK(report.choice.best <= report.choice.simplest);
    CHECK(report.choice.best == choose(report.closed_form).best);
    CHECK(report.largest_difference < 1e-6);
  }
}

TEST_CASE("the report has a score per penalty") {
  Options options = small_options();
  options.threads = 2;
  const Report report = report_of(options);
  CHECK(report.rows == 31);
  CHECK(report.features == 6);
  CHECK(report.folds == 3);
  CHECK(report.models() == 12);
  CHECK(report.threads == 2);
  REQUIRE(report.scores.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(report.scores[i].penalty == options.penalties[i]);
    CHECK(report.scores[i].validation_mse == doctest::Approx(report.closed_form[i].validation_mse));
    // The more penalty, the less the training rows are fitted.
    if (i > 0) CHECK(report.scores[i].training_mse > report.scores[i - 1].training_mse);
  }
}

TEST_CASE("a large penalty leaves the intercept alone, which is not penalised") {
  Options options = small_options();
  options.penalties = {1e9};
  NumpyRandom random(1);
  const Dataset data = load_dataset(options, random);
  Dataset shifted = data;
  for (double& value : shifted.target) value += 1000;
  NumpyRandom again = random;
  const Report report = cross_validate(data, options, random);
  const Report other = cross_validate(shifted, options, again);
  CHECK(other.scores[0].validation_mse == doctest::Approx(report.scores[0].validation_mse));
  CHECK(report.scores[0].validation_mse < 4);  // about the variance of the target
}

TEST_CASE("a choice that differs from the closed form's") {
  const std::vector<Score> trained{{0.5, 0, 3, 0}, {1, 0, 2, 0}, {2, 0, 1, 0}};
  const std::vector<Score> exact{{0.5, 0, 3, 0}, {1, 0, 1, 0}, {2, 0, 2, 0}};
  CHECK(common_choice(trained, trained).best == 2);
  const auto error = deft::caught<TrainingError>([&] { common_choice(trained, exact); });
  CHECK(std::string(error.what()) ==
        "the trained models choose the penalty 2, the closed form chooses 1; raise --steps");
}

}  // namespace examples::kfold
