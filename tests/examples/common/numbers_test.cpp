#include "common/numbers.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace examples {
namespace {

std::string problem(std::string_view text) {
  const char* found = parse_number(text).problem;
  return found == nullptr ? "" : found;
}

}  // namespace

TEST_CASE("parse_number reads decimal numbers") {
  CHECK(parse_number("2.5").value == 2.5);
  CHECK(parse_number("-1e-3").value == -0.001);
  CHECK(parse_number("+7").value == 7.0);
  CHECK(parse_number(".5").value == 0.5);
  CHECK(parse_number("1.7976931348623157e308").value == std::numeric_limits<double>::max());
  CHECK(problem("2.5").empty());
}

TEST_CASE("parse_number refuses everything else") {
  for (const char* text :
       {"", " 1", "1 ", "abc", "1x", "1,5", "0x10", "--1", "+-1", "++1", "+", "1e"}) {
    CAPTURE(text);
    CHECK(problem(text) == "is not a number");
  }
  for (const char* text : {"nan", "NaN", "inf", "-inf", "infinity"}) {
    CAPTURE(text);
    CHECK(problem(text) == "is not finite");
  }
  CHECK(problem("1e999") == "is outside the range of double");
}

TEST_CASE("shortest gives the number back with the fewest digits") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(0.1F) == "0.1");
  CHECK(shortest(2.959859852416156) == "2.959859852416156");
}

TEST_CASE("rounded and fixed_point") {
  CHECK(rounded(0.1, 17) == "0.10000000000000001");
  CHECK(rounded(3.0, 17) == "3");
  CHECK(rounded(1234567.0, 3) == "1.23e+06");
  CHECK(fixed_point(1234.5678, 2) == "1234.57");
  CHECK(fixed_point(std::numeric_limits<double>::max(), 4).size() == 314);
}

}  // namespace examples
