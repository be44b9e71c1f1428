#include "plan/reassociate/rounding.hpp"

#include <limits>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("a bound grows with the roundings, until there is none") {
  CHECK(gamma(0, DType::f32) == 0);
  CHECK(gamma(1, DType::f32) == doctest::Approx(0x1p-24));
  CHECK(gamma(0x1p23, DType::f32) == 1);
  for (const double many : {0x1p24, 0x1p30})
    CHECK(gamma(many, DType::f32) == std::numeric_limits<double>::infinity());
  CHECK(gamma(0x1p30, DType::f64) == doctest::Approx(0x1p-23));
}

}  // namespace
}  // namespace deft
