#include "regression/standardize.hpp"

#include <cmath>

#include <doctest/doctest.h>

namespace examples::regression {
namespace {

using Column = std::vector<double>;

/// Data of one feature.
Dataset data_of(const Column& x) {
  return make_dataset({{"x", "y"}, {x, Column(x.size(), 1.0)}}, {}, "");
}

double mean_of_power(const Column& values, int power) {
  double sum = 0;
  for (const double value : values) sum += std::pow(value, power);
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("columns of mean 0 and variance 1, and the intercept as it was") {
  const Standardized made = standardize(data_of({2, 4, 6, 8}));
  CHECK(made.data.columns[0] == Column{1, 1, 1, 1});
  CHECK(made.means == Column{0, 5});
  CHECK(made.deviations[0] == 1);
  CHECK(made.deviations[1] == doctest::Approx(std::sqrt(5.0)).epsilon(1e-15));
  CHECK(made.data.columns[1][3] == doctest::Approx(3 / std::sqrt(5.0)).epsilon(1e-15));
  CHECK(made.left_alone.empty());
  CHECK(made.data.names == std::vector<std::string>{"intercept", "x"});
}

TEST_CASE("columns of any size") {
  const Column columns[] = {
      {-1.7e308, 1.7e308, 1e308},
      {1e-310, 2e-310, 7e-310},
      {1'700'000'000, 1'700'000'001, 1'700'000'002},
      {1, 1, std::nextafter(1.0, 2.0)},
      {-5, 0, 1e-300},
      {0, 5e-324, 0},
  };
  for (const Column& column : columns) {
    const Standardized made = standardize(data_of(column));
    CAPTURE(column[1]);
    CHECK(std::fabs(mean_of_power(made.data.columns[1], 1)) < 1e-15);
    CHECK(mean_of_power(made.data.columns[1], 2) == doctest::Approx(1).epsilon(1e-14));
    CHECK(std::isfinite(made.means[1]));
    CHECK(std::isfinite(made.deviations[1]));
  }
}

TEST_CASE("columns of one value are left alone") {
  const Dataset data =
      make_dataset({{"a", "zero", "tenth", "y"},
                    {{1, 2, 3, 5}, {0, 0, 0, 0}, {0.1, 0.1, 0.1, 0.1}, {1, 2, 3, 4}}},
                   {}, "");
  const Standardized made = standardize(data);
  CHECK(made.left_alone == std::vector<std::string>{"zero", "tenth"});
  CHECK(made.data.columns[2] == data.columns[2]);
  CHECK(made.data.columns[3] == data.columns[3]);
  CHECK(made.means[3] == 0);
  CHECK(made.deviations[3] == 1);
}

TEST_CASE("coefficients on the original scale give the same fit") {
  const Dataset data =
      make_dataset({{"a", "b", "y"}, {{1, 2, 3, 5}, {30, -10, 70, 7}, {0, 0, 0, 0}}}, {}, "");
  const Standardized made = standardize(data);
  const Column w = {3, -2, 0.5};
  const Column original = made.on_original_scale(w);
  for (std::size_t i = 0; i < data.rows(); ++i) {
    double here = 0;
    double there = 0;
    for (std::size_t j = 0; j < w.size(); ++j) {
      here += w[j] * made.data.columns[j][i];
      there += original[j] * data.columns[j][i];
    }
    CHECK(there == doctest::Approx(here).epsilon(1e-13));
  }
}

}  // namespace examples::regression
