#include "common/table.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/temp_folder.hpp"

namespace examples {
namespace {

std::string error(const Table& table, const std::string& target) {
  return deft::caught<UserError>([&] { find_target(table, target, "a.csv"); }).what();
}

}  // namespace

TEST_CASE("a table of named columns") {
  const deft::TempFolder folder;
  const Table table = read_table(folder.add("a.csv", "x,y\n1,2.5\n-3,4e2\n"));
  CHECK(table.names == std::vector<std::string>{"x", "y"});
  CHECK(table.columns == std::vector<std::vector<double>>{{1, -3}, {2.5, 400}});
}

TEST_CASE("tables that nothing can be fitted to") {
  const deft::TempFolder folder;
  const auto problem = [&](const std::string& content) {
    const std::string path = folder.add("a.csv", content);
    const std::string text = deft::caught<UserError>([&] { read_table(path); }).what();
    CHECK(text.starts_with(path + ": "));
    return text.substr(path.size() + 2);
  };
  CHECK(problem("") == "it is empty");
  CHECK(problem("x,y\n1,abc\n") == "line 2, column 2: \"abc\" is not a number");
  CHECK(problem("x,y\n1,\n") == "line 2, column 2: the cell is empty");
  CHECK(problem("x,y\n1,2\n3,nan\n") == "row 2 of \"y\" is not finite");
  CHECK(problem("1,2\n3,4\n") == "the first line must name the columns; it holds numbers");
  CHECK(problem("x,\n1,2\n") == "column 2 has no name");
  CHECK(deft::caught<UserError>([&] { read_table(folder / "none"); }).what() ==
        "cannot read " + folder / "none" + ": No such file or directory");
}

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
