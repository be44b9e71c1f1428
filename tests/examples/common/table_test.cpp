#include "common/table.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples {
namespace {

std::string error(const Table& table, const std::string& target) {
  return deft::caught<UserError>([&] { find_target(table, target, "a.csv"); }).what();
}

}  // namespace

TEST_CASE("the target is the column named, or the last") {
  const Table table{{"a", "b", "c"}, {{1}, {2}, {3}}};
  CHECK(find_target(table, "a", "a.csv") == 0);
  CHECK(find_target(table, "b", "a.csv") == 1);
  CHECK(find_target(table, "", "a.csv") == 2);
  CHECK(error(table, "d") == "--target: a.csv has no column \"d\"; it has \"a\", \"b\", \"c\"");
}

TEST_CASE("one column is not enough, a long list is cut") {
  CHECK(error({{"a"}, {{1}}}, "a").starts_with("a.csv has only the column \"a\"; "));
  CHECK(error({std::vector<std::string>(14, "x"), {}}, "y").ends_with("\"x\" and 2 more"));
}

}  // namespace examples
