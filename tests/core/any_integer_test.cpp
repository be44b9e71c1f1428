#include <deft/core/any_integer.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

namespace deft {
namespace {

static_assert(!std::convertible_to<bool, AnyInteger>);
static_assert(!std::convertible_to<double, AnyInteger>);

TEST_CASE("an integer of any type keeps its value and the line") {
  CHECK(AnyInteger(-3).value() == -3);
  CHECK(AnyInteger(std::size_t{7}).value() == 7);
  CHECK(AnyInteger(short{7}).value() == 7);
  CHECK(AnyInteger(std::numeric_limits<std::int64_t>::min()).to_string() == "-9223372036854775808");
  const AnyInteger here = 1;
  CHECK(here.where().line == __LINE__ - 1);
  CHECK(std::string(here.where().file).ends_with("any_integer_test.cpp"));
}

TEST_CASE("an integer of 2^63 or more does not fit, and is written as it was") {
  CHECK(AnyInteger(std::uint64_t{1} << 62U).fits());
  CHECK_FALSE(AnyInteger(std::uint64_t{1} << 63U).fits());
  CHECK(AnyInteger(std::uint64_t{1} << 63U).to_string() == "9223372036854775808");
  CHECK(AnyInteger(std::numeric_limits<std::uint64_t>::max()).to_string() ==
        "18446744073709551615");
}

}  // namespace
}  // namespace deft
