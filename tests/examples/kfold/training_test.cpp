#include "kfold/training.hpp"

#include <doctest/doctest.h>

#include <string>

#include "caught.hpp"
#include "common/errors.hpp"
#include "examples/kfold/sample.hpp"

namespace examples::kfold {
namespace {

std::string failure(const Options& options) {
  return deft::caught<TrainingError>([&] { solve_all(small_folds(), options); }).what();
}

}  // namespace

TEST_CASE("all models arrive at the closed form") {
  const Options options = small_options();
  const Solutions solutions = solve_all(small_folds(), options);
  const std::size_t models = 3 * options.penalties.size();
  REQUIRE(solutions.trained.w.size() == models);
  REQUIRE(solutions.closed_form.w.size() == models);
  CHECK(solutions.largest_difference < 1e-9);
  CHECK(solutions.trained.seconds > 0);
  for (std::size_t i = 0; i < models; ++i) {
    for (std::size_t j = 0; j < 6; ++j) {
      CHECK(solutions.trained.w[i].at(j) ==
            doctest::Approx(solutions.closed_form.w[i].at(j)).epsilon(1e-7));
    }
    CHECK(solutions.trained.validation_mse[i] ==
          doctest::Approx(solutions.closed_form.validation_mse[i]));
  }
}

TEST_CASE("the number of threads changes no bit") {
  Options options = small_options();
  options.threads = 1;
  const Solutions one = solve_all(small_folds(), options);
  for (const int threads : {2, 3, 4, 8}) {
    CAPTURE(threads);
    options.threads = threads;
    const Solutions some = solve_all(small_folds(), options);
    CHECK(some.threads == threads);
    CHECK(some.trained.w == one.trained.w);
    CHECK(some.trained.training_mse == one.trained.training_mse);
    CHECK(some.trained.validation_mse == one.trained.validation_mse);
    CHECK(some.closed_form.w == one.closed_form.w);
    CHECK(some.largest_difference == one.largest_difference);
  }
}

TEST_CASE("too few steps") {
  Options options = small_options();
  options.steps = 1;
  CHECK(failure(options).ends_with(" of its length after 1 step; raise --steps"));

  options.steps = 30;
  options.learning_rate = 0.02;  // the larger the penalty, the faster
  const std::string text = failure(options);
  CAPTURE(text);
  CHECK(text.starts_with("the model of penalty 0.01 and fold "));
  CHECK(text.find(" differs from the closed form by 0.") != std::string::npos);
  CHECK(text.ends_with(
      " of its length after 30 steps; raise --steps, or leave out the smallest of --penalties"));
}

TEST_CASE("a learning rate that is too large, and the one that the message names") {
  Options options = small_options();
  for (const double rate : {0.5, 1e300}) {
    options.learning_rate = rate;
    const std::string text = failure(options);
    CAPTURE(text);
    CHECK(text.find(" diverges at the learning rate ") != std::string::npos);
  }
  options.steps = 100;
  const std::string text = failure(options);
  CAPTURE(text);
  const std::string before = "all models converge up to ";
  options.learning_rate = std::stod(text.substr(text.find(before) + before.size()));
  // It is said how far as many steps come at that rate.
  const std::string distance = "differs from the closed form by ";
  const std::string foretold = text.substr(text.find(distance));
  CHECK(text.find(", where the last of them " + distance) != std::string::npos);
  CHECK(failure(options).ends_with(foretold));
  options.steps = 5000;
  CHECK(solve_all(small_folds(), options).largest_difference <= 1e-6);
  options.learning_rate = 1e300;
  CHECK(failure(options).ends_with(" of its length after 5000 steps"));
}

TEST_CASE("directions that the closed form drops") {
  // Two equal features: every direction but (1, -1) has an eigenvalue far from zero.
  const deft::Tensor features = deft::Tensor::from<double>({2, 2}, {-1, -1, 1, 1});
  const deft::Tensor target = deft::Tensor::from<double>({2, 1}, {-1, 1});
  Options options = small_options();
  const std::vector<FoldData> folds{{features, target, features, target}};
  CHECK(solve_all(folds, options).dependence.directions == 0);
  options.penalties = {1e-30, 1};
  const Solutions solutions = solve_all(folds, options);
  CHECK(solutions.dependence.directions == 1);
  CHECK(solutions.dependence.columns == std::vector<std::size_t>{0, 1});
}

TEST_CASE("features that say nothing leave weights of zero") {
  const deft::Tensor zeros = deft::Tensor::zeros(deft::DType::f64, {2, 1});
  const deft::Tensor target = deft::Tensor::from<double>({2, 1}, {-1, 1});
  const Solutions solutions =
      solve_all({{zeros, target, zeros, target}, {zeros, zeros, zeros, zeros}}, small_options());
  CHECK(solutions.largest_difference == 0);
  CHECK(solutions.trained.w[0][0] == 0);
  CHECK(solutions.trained.validation_mse[0] == 1);
}

TEST_CASE("errors too large for a number") {
  const deft::Tensor features = deft::Tensor::from<double>({2, 1}, {-1, 1});
  const deft::Tensor target = deft::Tensor::from<double>({2, 1}, {-1e200, 1e200});
  const auto error = deft::caught<UserError>([&] {
    solve_all({{features, target, features, target}}, small_options());
  });
  CHECK(std::string(error.what()) == "the closed form is not finite; scale the data");
}

}  // namespace examples::kfold
