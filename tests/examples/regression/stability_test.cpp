#include "regression/stability.hpp"

#include <doctest/doctest.h>

#include "regression/plain_loop.hpp"
#include "support/samples.hpp"

namespace examples::regression {
namespace {

/// |w| after some epochs towards a target of zero, from a start that the target of the first epoch
/// makes.
double final_size(const Dataset& data, double learning_rate) {
  ProgressBar bar("loop", 1);
  return deft::largest_magnitude(plain_loop(data.columns, data.target, learning_rate, 2000, bar));
}

}  // namespace

TEST_CASE("gradient descent converges up to the stable rate and diverges well above it") {
  Options options;
  options.rows = 50;
  for (const int degree : {1, 3}) {
    options.degree = degree;
    const Dataset data = load_dataset(options);
    const double rate = stable_learning_rate(data);
    CHECK(final_size(data, rate) < 100);
    CHECK_FALSE(final_size(data, 1.2 * rate) < 1e100);
  }
}

TEST_CASE("one column has one eigenvalue") {
  Options options;
  options.intercept = false;
  const Dataset data = make_dataset({{"x", "y"}, {{1, 3}, {0, 0}}}, options, "");
  CHECK(stable_learning_rate(data) == doctest::Approx(0.2));  // 2 / ((2/2) (1 + 9))
}

}  // namespace examples::regression
