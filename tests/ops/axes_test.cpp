#include <deft/ops/axes.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("axes are integers of any type") {
  const std::vector<float> values(2);
  CHECK(*Axes{0, values.size() - 1, -2}.list() == std::vector<std::int64_t>{0, 1, -2});
  CHECK_FALSE(Axes{}.list().has_value());
  CHECK(Axes(std::vector<std::int64_t>{}).list()->empty());
}

TEST_CASE("an axis of 2^63 or more is refused") {
  const int line = __LINE__ + 2;
  const auto error =
      caught<ValueError>([] { return Axes{std::numeric_limits<std::size_t>::max()}; });
  CHECK(error.info().message == "18446744073709551615 is no axis");
  CHECK(error.info().where.line == line);
}

}  // namespace
}  // namespace deft
