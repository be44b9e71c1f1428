#include "common/csv.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/child_process.hpp"
#include "support/sanitizers.hpp"

namespace examples {
namespace {

using Names = std::vector<std::string>;
using Column = std::vector<double>;

std::string error(std::string_view text) {
  return deft::caught<UserError>([&] { parse_csv(text, "a.csv"); }).what();
}

/// Lets this process take `bytes` more of address space than it has.
void limit_memory(std::size_t bytes) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t limit = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit both{limit, limit};
  REQUIRE(::setrlimit(RLIMIT_AS, &both) == 0);
}

}  // namespace

TEST_CASE("a table with a header and numbers") {
  const Table table = parse_csv("x,y\n1,2.5\n-3,4e2\n", "a.csv");
  CHECK(table.names == Names{"x", "y"});
  REQUIRE(table.columns.size() == 2);
  CHECK(table.columns[0] == Column{1, -3});
  CHECK(table.columns[1] == Column{2.5, 400});
}

TEST_CASE("what programs write besides that") {
  const Column x{1, 2};
  CHECK(parse_csv("x\n1\n2", "").columns[0] == x);                    // no final newline
  CHECK(parse_csv("x\r\n1\r\n2\r\n", "").columns[0] == x);            // CRLF
  CHECK(parse_csv("x\r\n1\r\n2\r", "").columns[0] == x);              // half of one
  CHECK(parse_csv("\xEF\xBB\xBFx\n1\n2\n", "").names == Names{"x"});  // byte order mark
  CHECK(parse_csv("\n x \n\n 1\t\n \n2\n\n", "").columns[0] == x);    // spaces, blank lines
  CHECK(parse_csv("\"x\"\n\"1\" \n \"2\"\n", "").columns[0] == x);    // quotes
  CHECK(parse_csv("\"a \"\"b\"\", c\",\"d\ne\"\n1,2\n", "").names == Names{"a \"b\", c", "d\ne"});
  CHECK(parse_csv("x,y\n", "").columns == std::vector<Column>(2));
  CHECK(parse_csv("x,2\n1,2\n", "").names == Names{"x", "2"});
}

TEST_CASE("very long lines") {
  std::string names = "c0";
  std::string cells = "0";
  for (int i = 1; i < 20'000; ++i) {
    names.append(",c").append(std::to_string(i));
    cells.append(",").append(std::to_string(i));
  }
  CHECK(parse_csv(names + "\n" + cells, "").columns.at(19'999) == Column{19'999});
  std::string one_cell = "x\n0.";
  one_cell.append(1'000'000, '3');
  CHECK(parse_csv(one_cell, "").columns[0][0] == 1.0 / 3.0);
  one_cell.append(1'000'000, 'z');
  CHECK(error(one_cell).size() < 200);
}

TEST_CASE("faults are named with line and column") {
  CHECK(error("x,y\n1,2\n3,abc\n") == "a.csv: line 3, column 2: \"abc\" is not a number");
  CHECK(error("x,y\n1,nan\n") == "a.csv: line 2, column 2: \"nan\" is not finite");
  CHECK(error("x,y\n-Inf,1\n") == "a.csv: line 2, column 1: \"-Inf\" is not finite");
  CHECK(error("x,y\n1,1e999\n") ==
        "a.csv: line 2, column 2: \"1e999\" is outside the range of double");
  CHECK(error("x,y\n1,\n") == "a.csv: line 2, column 2: the cell is empty; a number is needed");
  CHECK(error("x,y\n1,") == "a.csv: line 2, column 2: the cell is empty; a number is needed");
  CHECK(error("x,y\n\n1\n") ==
        "a.csv: line 3, column 2: found 1 cells, expected 2 as in the first line");
  CHECK(error("x,y\n1,2,3\n") ==
        "a.csv: line 2, column 3: found 3 cells, expected 2 as in the first line");
  CHECK(error("x,y\n1,2\n\"3\n") ==
        "a.csv: line 3, column 1: the quoted cell has no closing quote");
  CHECK(error("x\n\"1\"2\n") == "a.csv: line 2, column 1: there is text after the closing quote");
  CHECK(error("\"x\ny\",z\na,2\n") == "a.csv: line 3, column 1: \"a\" is not a number");
  CHECK(error("x,y\n1,a\x1b\n") == "a.csv: line 2, column 2: \"a?\" is not a number");
  CHECK(error(std::string_view("x\n\0\n", 4)) == "a.csv: line 2, column 1: \"?\" is not a number");
}

TEST_CASE("semicolons and tabs between cells are named") {
  const std::string semicolon = "a semicolon stands between the cells; a comma is needed";
  const std::string tab = "a tab stands between the cells; a comma is needed";
  const std::string first = "a.csv: line 1, column 1: ";
  CHECK(error("x;y\n1;2\n") == first + semicolon);
  CHECK(error(";x\n1;2\n") == first + semicolon);
  CHECK(error("x\ty\n1\t2\n") == first + tab);
  CHECK(error("\tx\ty\n1\t2\t3\n") == first + tab);
  CHECK(error("\"x\";\"y\"\n1;2\n") == first + semicolon);
  CHECK(error("\"x\" ;y\n1;2\n") == first + semicolon);
  CHECK(error("\"x\"\t\"y\"\n1\t2\n") == first + tab);
  CHECK(error("x,y\n1;2\n") == "a.csv: line 2, column 1: " + semicolon);
  CHECK(error("x,y\n1,2\n3\t4\n") == "a.csv: line 3, column 1: " + tab);
  CHECK(error("a, m;b, m\n1,5;2,5\n") == "a.csv: line 2, column 2: " + semicolon);

  CHECK(parse_csv("\"x;y\"\n1\n", "").names == Names{"x;y"});
  CHECK(parse_csv("x;y,z\n1,2\n", "").names == Names{"x;y", "z"});
  CHECK(parse_csv("x\t,\ty\n1\t,\t2\n", "").columns[1] == Column{2});
}

TEST_CASE("lines that end in a carriage return alone are named") {
  const std::string cause = "a carriage return alone ends the line; a line feed is needed";
  CHECK(error("x,y\r1,2\r3,4\r") == "a.csv: line 1, column 2: " + cause);
  CHECK(error("x\r1\r2") == "a.csv: line 1, column 1: " + cause);
  CHECK(error("\"x\",\"y\"\r1,2\r") == "a.csv: line 1, column 2: " + cause);
  CHECK(error("x,y\n1,2\r3,4\n") == "a.csv: line 2, column 2: " + cause);
  CHECK(parse_csv("x\r\r\n1\r\r\n\"2\"\r", "").columns[0] == Column{1, 2});
}

TEST_CASE("a table has at most 100000 columns") {
  std::string names = "c0";
  for (int i = 1; i < 100'000; ++i) names.append(",c").append(std::to_string(i));
  CHECK(parse_csv(names, "").names.size() == 100'000);
  CHECK(error(names + ",x") == "a.csv: line 1, column 100001: there are more than 100000 columns");
}

TEST_CASE("a line of many cells takes no memory for each") {
  if (deft::sanitized) return;  // a sanitizer takes more memory than any limit
  const std::string commas(std::size_t{1} << 25U, ',');
  const std::string cells = std::to_string(commas.size() + 2);
  const std::string row = "x,y\n1,2" + commas;
  const int status = deft::status_of_fork([&] {
    limit_memory(std::size_t{1} << 27U);
    const bool named = error("x" + commas) == "a.csv: line 1, column 2: the column has no name";
    const bool counted = error(row) == "a.csv: line 2, column 3: found " + cells +
                                           " cells, expected 2 as in the first line";
    return named && counted ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("faults of the first line") {
  const std::string empty = "a.csv is empty; a line of column names is needed";
  CHECK(error("") == empty);
  CHECK(error(" \n\r\n") == empty);
  CHECK(error("1,2\n3,4\n") ==
        "a.csv: line 1, column 1: the first line must name the columns; it holds numbers");
  CHECK(error("1,1\n3,4\n") ==
        "a.csv: line 1, column 1: the first line must name the columns; it holds numbers");
  CHECK(error("x,,y\n") == "a.csv: line 1, column 2: the column has no name");
  CHECK(error("x,y,x\n") == "a.csv: line 1, column 3: a second column is named \"x\"");
}

}  // namespace examples
