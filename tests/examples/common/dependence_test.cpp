#include "common/dependence.hpp"

#include <doctest/doctest.h>

namespace examples {
namespace {

using Columns = std::vector<std::size_t>;

deft::Tensor matrix(std::int64_t rows, std::int64_t columns, std::vector<double> values) {
  return deft::Tensor::from<double>({rows, columns}, values);
}

}  // namespace

TEST_CASE("independent columns") {
  const Dependence found = find_dependence(matrix(3, 2, {1, 0, 1, 1, 1, 2}), 1);
  CHECK(found.directions == 0);
  CHECK(found.columns.empty());
  CHECK(dependence_warning(found, {"a", "b"}, "leave some out").empty());
  CHECK(find_dependence(matrix(2, 2, {1, 1, 1, 1 + 1e-10}), 1).directions == 0);
}

TEST_CASE("columns that depend on each other, and others") {
  // The first is twice the third; the second takes no part.
  const Dependence found = find_dependence(matrix(3, 3, {2, 5, 1, 4, 7, 2, 8, 0, 4}), 2);
  CHECK(found.directions == 1);
  CHECK(found.columns == Columns{0, 2});
  CHECK(found.least < 1e-15);
  CHECK(find_dependence(matrix(2, 2, {1, 1, 1, 1 + 1e-16}), 1).columns == Columns{0, 1});
}

TEST_CASE("the warning has the rank, how small the least singular value is, names and the cure") {
  const Dependence dependence{.directions = 1, .least = 1.0 / 7e16, .columns = {0, 2}};
  CHECK(dependence_warning(dependence, {"a", "b", "c"}, "leave some out") ==
        "the closed form drops 1 of 3 directions (the rank is 2, the least singular value 1.4e-17 "
        "of the largest), for these columns are linearly dependent, or nearly: \"a\", \"c\"; leave "
        "some out");
}

TEST_CASE("the least singular value is in proportion to the largest") {
  // Columns (s, 0) and (0, s t): singular values s and s t.
  for (const double s : {1e-200, 1.0, 1e200}) {
    const Dependence found = find_dependence(matrix(2, 2, {s, 0, 0, s * 1e-17}), 1);
    CHECK(found.directions == 1);
    CHECK(found.least == doctest::Approx(1e-17));
  }
}

TEST_CASE("a column of zeros, and nothing but zeros") {
  const Dependence found = find_dependence(matrix(2, 2, {1, 0, 3, 0}), 1);
  CHECK(found.directions == 1);
  CHECK(found.columns == Columns{1});
  const Dependence none = find_dependence(matrix(2, 2, {0, 0, 0, 0}), 1);
  CHECK(none.directions == 2);
  CHECK(none.least == 0);
}

}  // namespace examples
