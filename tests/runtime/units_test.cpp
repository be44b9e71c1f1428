#include "units.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("times and sizes have three digits and a fitting unit") {
  CHECK(time_text(0) == "0.00 ns");
  CHECK(time_text(1.234) == "1.23 ns");
  CHECK(time_text(9.996) == "10.0 ns");
  CHECK(time_text(99.96) == "100 ns");
  CHECK(time_text(999.4) == "999 ns");
  CHECK(time_text(999.6) == "1.00 us");
  CHECK(time_text(45.6e3) == "45.6 us");
  CHECK(time_text(999.6e3) == "1.00 ms");
  CHECK(time_text(2e9) == "2.00 s");
  CHECK(time_text(123456e9) == "123456 s");
  CHECK(bytes_text(0) == "0 bytes");
  CHECK(bytes_text(1) == "1 byte");
  CHECK(bytes_text(999) == "999 bytes");
  CHECK(bytes_text(1000) == "1.00 kB");
  CHECK(bytes_text(45'600'000) == "45.6 MB");
}

TEST_CASE("numbers have a point and the digits that are asked for") {
  CHECK(fixed_text(3.14159, 2) == "3.14");
  CHECK(fixed_text(-0.5, 0) == "-0");
  CHECK(fixed_text(1e300, 1).size() == 303);
  CHECK(number_text(16006) == "16006");
  CHECK(number_text(0x1p-53) == "1.11022e-16");
}

TEST_CASE("counts have a plural, columns a width") {
  CHECK(count_text(1, "step") == "1 step");
  CHECK(count_text(0, "step") == "0 steps");
  CHECK(right_aligned("abc", 5) == "  abc");
  CHECK(right_aligned("abcdef", 5) == "abcdef");
}

}  // namespace
}  // namespace deft
