#include "regression/plain_loop.hpp"

#include <doctest/doctest.h>

namespace examples::regression {

// e = -(2, 4); gradient = (2/2) (e0 + e1, 1 e0 + 3 e1) = (-6, -14); w = (0.6, 1.4);
// then e = (0, 0.8); gradient = (0.8, 2.4); w = (0.52, 1.16).
TEST_CASE_TEMPLATE("two epochs worked out by hand", T, float, double) {
  const std::vector<std::vector<T>> columns{{1, 1}, {1, 3}};
  const std::vector<T> target{2, 4};
  ProgressBar bar("loop", 2);
  const std::vector<T> w1 = plain_loop(columns, target, T(0.1), 1, bar);
  CHECK(w1.at(0) == doctest::Approx(0.6));
  CHECK(w1.at(1) == doctest::Approx(1.4));
  const std::vector<T> w2 = plain_loop(columns, target, T(0.1), 2, bar);
  CHECK(w2.at(0) == doctest::Approx(0.52));
  CHECK(w2.at(1) == doctest::Approx(1.16));
}

}  // namespace examples::regression
