#include "regression/training.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "caught.hpp"
#include "common/errors.hpp"
#include "common/numbers.hpp"
#include "examples/regression/methods.hpp"

namespace examples::regression {
namespace {

Options small() {
  Options options;
  options.rows = 100;
  options.epochs = 50;
  options.learning_rate = 0.1;
  return options;
}

/// Years, and a target that grows with them.
Dataset years() {
  std::vector<double> year;
  std::vector<double> y;
  for (int i = 0; i <= 120; ++i) {
    year.push_back(1900 + i);
    y.push_back(i * i % 31 + 5 * i);
  }
  return make_dataset({{"year", "y"}, {year, y}}, {}, "");
}

std::vector<std::string> names_of(const Report& report) {
  std::vector<std::string> names;
  for (const Result& result : report.results) names.push_back(result.name);
  return names;
}

std::string divergence(const Options& options) {
  return deft::caught<TrainingError>([&] { run_all(load_dataset(options), options); }).what();
}

}  // namespace

TEST_CASE("all methods agree") {
  for (const deft::DType dtype : {deft::DType::f32, deft::DType::f64}) {
    Options options = small();
    options.dtype = dtype;
    const Report report = run_all(load_dataset(options), options);
    const double tolerance = dtype == deft::DType::f32 ? 1e-5 : 1e-12;
    CHECK(names_of(report) == methods());
    for (const Result& result : report.results) {
      for (std::size_t j = 0; j < 2; ++j) {
        CHECK(result.w.at(j) == doctest::Approx(report.results[0].w[j]).epsilon(tolerance));
      }
      CHECK(result.mse == doctest::Approx(report.results[0].mse).epsilon(1e-4));
      CHECK(result.mse >= report.closed_form.mse);
      CHECK(result.seconds >= 0);
    }
    CHECK(report.closed_form.w.at(0) == doctest::Approx(3.0).epsilon(0.05));
  }
}

TEST_CASE("the options choose gradient, threads and epochs") {
  Options options = small();
  options.gradients = {GradientKind::symbolic};
  options.threads = 1;
  const Report report = run_all(load_dataset(options), options);
  std::vector<std::string> chosen = methods();
  std::erase(chosen, "graph_manual");
  CHECK(names_of(report) == chosen);
  CHECK(report.threads == 1);
  options.epochs = 0;
  CHECK(run_all(load_dataset(options), options).results.empty());
}

TEST_CASE("the graph that ran last is kept") {
  Options options = small();
  const Dataset data = load_dataset(options);
  CHECK(deft::to_dot(run_all(data, options).graph).find("train") != std::string::npos);
  options.epochs = 0;
  CHECK(deft::to_dot(run_all(data, options).graph).find("lstsq") != std::string::npos);
}

TEST_CASE("divergence names the learning rate and one that converges") {
  Options options = small();
  options.learning_rate = 0.5;
  options.epochs = 10'000;  // far beyond the largest number
  const std::string text = divergence(options);
  CHECK(text.starts_with("the training diverges at the learning rate 0.5 (mse "));
  const std::size_t rate = text.find("it converges up to 0.4");
  CHECK(rate != std::string::npos);

  options.epochs = 5;  // still finite
  CHECK(divergence(options).starts_with("the training diverges at the learning rate 0.5 (mse "));
  options.dtype = deft::DType::f32;
  CHECK(divergence(options).starts_with("the training diverges at the learning rate 0.5 (mse "));

  options.epochs = 200;
  options.learning_rate = std::stod(text.substr(rate + 19));
  CHECK(run_all(load_dataset(options), options).results.size() == methods().size());
}

TEST_CASE("the rate that is recommended comes with where it leads") {
  Options options = small();
  options.learning_rate = 0.5;
  options.epochs = 1000;
  const std::string near = divergence(options);
  CAPTURE(near);
  CHECK(near.find(" after 1000 epochs, closed form 0.0") != std::string::npos);
  CHECK(near.find("far from the optimum") == std::string::npos);

  // At a rate that is small enough for years the intercept hardly moves.
  const Dataset data = years();
  const std::string far = deft::caught<TrainingError>([&] { run_all(data, options); }).what();
  CAPTURE(far);
  CHECK(far.find("; it converges up to 2.59e-07, where it stops far from the optimum (mse ") !=
        std::string::npos);
  CHECK(far.ends_with("); scale the data, as --standardize does"));

  options.learning_rate = 2.59e-7;
  const Report report = run_all(data, options);
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].starts_with("the training stops far from the optimum (mse "));
  CHECK(report.warnings[0].ends_with(
      "; more epochs, --standardize or a larger learning rate bring it closer"));
  CHECK(report.results[0].mse > 100 * report.closed_form.mse);
  // The error at the end is the one that was foretold.
  const std::string error = rounded(report.results[0].mse, 3) + " after 1000 epochs";
  CHECK(far.find("(mse " + error) != std::string::npos);
  CHECK(report.warnings[0].find("(mse " + error) != std::string::npos);
}

TEST_CASE("training that arrives is not warned of") {
  Options options = small();
  options.epochs = 1000;
  CHECK(run_all(load_dataset(options), options).warnings.empty());
}

TEST_CASE("columns that the closed form cannot tell apart are named") {
  Options options = small();
  options.epochs = 0;
  const Dataset data = make_dataset(
      {{"a", "b", "c", "y"}, {{1, 2, 3, 5}, {2, 4, 6, 10}, {1, 0, 0, 1}, {1, 2, 4, 7}}}, options,
      "");
  const Report report = run_all(data, options);
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].starts_with("the closed form drops 1 of 4 directions (the rank is 3, "));
  CHECK(
      report.warnings[0].ends_with("nearly: \"a\", \"b\"; leave some out, or give --standardize"));
  options.standardize = true;  // does not help where columns are multiples of each other
  const Report standardized = run_all(data, options);
  REQUIRE(standardized.warnings.size() == 1);
  CHECK(standardized.warnings[0].ends_with("nearly: \"a\", \"b\"; leave some out"));
}

TEST_CASE("standardized columns are trained to the optimum, in the coefficients of the originals") {
  Options options = small();
  options.epochs = 300;
  options.standardize = true;
  for (const deft::DType dtype : {deft::DType::f32, deft::DType::f64}) {
    options.dtype = dtype;
    const double tolerance = dtype == deft::DType::f32 ? 1e-5 : 1e-12;
    const Report report = run_all(years(), options);
    CHECK(report.warnings.empty());
    // Least squares solved in rational arithmetic: (intercept, slope).
    CHECK(report.closed_form.w.at(0) == doctest::Approx(-9515.913019916).epsilon(1e-12));
    CHECK(report.closed_form.w.at(1) == doctest::Approx(5.0143341010703155).epsilon(1e-12));
    REQUIRE(report.results.size() == methods().size());
    for (const Result& result : report.results) {
      CHECK(result.w.at(0) == doctest::Approx(report.closed_form.w[0]).epsilon(tolerance));
      CHECK(result.w.at(1) == doctest::Approx(report.closed_form.w[1]).epsilon(tolerance));
      CHECK(result.mse == doctest::Approx(report.closed_form.mse).epsilon(tolerance));
    }
  }
  const std::vector<LossSample> curve = loss_curve(years(), options);
  CHECK(curve.back().mse == doctest::Approx(run_all(years(), options).closed_form.mse));
}

TEST_CASE("standardized, a column that is nearly the intercept is told from it") {
  Options options = small();
  options.epochs = 0;
  const Dataset data = make_dataset(
      {{"t", "y"}, {{1e16, 1e16 + 2, 1e16 + 4, 1e16 + 6}, {1, 4, 7, 10}}}, options, "");
  const Report raw = run_all(data, options);
  REQUIRE(raw.warnings.size() == 1);
  CHECK(raw.warnings[0].starts_with("the closed form drops 1 of 2 directions (the rank is 1, "));
  CHECK(raw.warnings[0].ends_with("\"intercept\", \"t\"; leave some out, or give --standardize"));
  options.standardize = true;
  const Report standardized = run_all(data, options);
  CHECK(standardized.warnings.empty());
  CHECK(standardized.closed_form.w.at(1) == doctest::Approx(1.5).epsilon(1e-14));
  CHECK(standardized.closed_form.mse < 1e-25);
}

TEST_CASE("a column of one value is left as it is, and that is said") {
  Options options = small();
  options.epochs = 0;
  options.standardize = true;
  const Dataset data =
      make_dataset({{"a", "five", "y"}, {{1, 2, 4, 8}, {5, 5, 5, 5}, {3, 5, 9, 17}}}, options, "");
  const Report report = run_all(data, options);
  REQUIRE(report.warnings.size() == 2);
  CHECK(report.warnings[0].find("nearly: \"intercept\", \"five\"; ") != std::string::npos);
  CHECK(report.warnings[1] == "--standardize leaves columns of one value as they are: \"five\"");
  const std::vector<double>& w = report.closed_form.w;
  CHECK(w.at(1) == doctest::Approx(2));
  CHECK(w.at(0) + 5 * w.at(2) == doctest::Approx(1));
}

TEST_CASE("coefficients that are no number on the original scale") {
  Options options = small();
  options.epochs = 0;
  options.standardize = true;
  const Dataset data = make_dataset({{"x", "y"}, {{0, 5e-324, 0}, {1, 2, 3}}}, options, "");
  CHECK(std::string(deft::caught<UserError>([&] { run_all(data, options); }).what()) ==
        "the coefficients on the original scale are not finite; scale the data");
}

TEST_CASE("a target that is zero already does not diverge") {
  const Dataset data = make_dataset({{"x", "y"}, {{-1, 0, 1}, {0, 0, 0}}}, {}, "");
  CHECK(run_all(data, small()).results.back().mse == 0.0);
}

TEST_CASE("errors too large for a number") {
  const Dataset data = make_dataset({{"x", "y"}, {{1, 2, 3}, {1e200, -1e200, 1e200}}}, {}, "");
  const auto error = deft::caught<UserError>([&] { run_all(data, small()); });
  CHECK(std::string(error.what()) == "the closed form is not finite; scale the data");
}

TEST_CASE("the loss curve falls from the start to the end") {
  Options options = small();
  options.epochs = 1000;
  const Dataset data = load_dataset(options);
  const std::vector<LossSample> curve = loss_curve(data, options);
  REQUIRE(curve.size() == 201);
  CHECK(curve.front().epoch == 0);
  CHECK(curve.back().epoch == 1000);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    CHECK(curve[i].epoch > curve[i - 1].epoch);
    CHECK(curve[i].mse <= curve[i - 1].mse * (1 + 1e-12));
  }
  CHECK(curve.back().mse == doctest::Approx(run_all(data, options).results.back().mse));
  options.epochs = 3;
  CHECK(loss_curve(data, options).size() == 4);
  options.epochs = 0;
  CHECK(loss_curve(data, options).empty());
}

}  // namespace examples::regression
