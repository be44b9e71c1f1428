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
  CHECK(dependence_warning(found, {"a", "b"}).empty());
  CHECK(find_dependence(matrix(2, 2, {1, 1, 1, 1 + 1e-10}), 1).directions == 0);
}

TEST_CASE("columns that depend on each other, and others") {
  // The first is twice the third; the second takes no part.
  const Dependence found = find_dependence(matrix(3, 3, {2, 5, 1, 4, 7, 2, 8, 0, 4}), 2);
  CHECK(found.directions == 1);
  CHECK(found.columns == Columns{0, 2});
  CHECK(dependence_warning(found, {"a", "b", "c"}) ==
        "the closed form drops 1 of 3 directions, for these columns are linearly dependent, or "
        "nearly: \"a\", \"c\"; leave some out, or measure them from their means");
  CHECK(find_dependence(matrix(2, 2, {1, 1, 1, 1 + 1e-16}), 1).columns == Columns{0, 1});
}

TEST_CASE("a column of zeros, and nothing but zeros") {
  const Dependence found = find_dependence(matrix(2, 2, {1, 0, 3, 0}), 1);
  CHECK(found.directions == 1);
  CHECK(found.columns == Columns{1});
  CHECK(find_dependence(matrix(2, 2, {0, 0, 0, 0}), 1).directions == 2);
}

}  // namespace examples
