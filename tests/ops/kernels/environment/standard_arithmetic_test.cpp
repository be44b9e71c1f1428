#include "kernels/environment/standard_arithmetic.hpp"

#include <cfenv>
#include <initializer_list>

#include <doctest/doctest.h>

#include "support/float_environment.hpp"

namespace deft {
namespace {

volatile double one = 1;
volatile double three = 3;
volatile float least_normal = 0x1p-126F;

void check_standard() {
  CHECK(std::fegetround() == FE_TONEAREST);
  CHECK(fegetexcept() == 0);
  CHECK(one / three == 0x1.5555555555555p-2);
  CHECK(least_normal / 2 == 0x1p-127F);
}

TEST_CASE("arithmetic is standard inside and what it was outside") {
  const KeptFloatEnvironment kept;
  check_standard();
  for (const int rounding : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(rounding);
    {
      const StandardArithmetic arithmetic;
      check_standard();
    }
    CHECK(std::fegetround() == rounding);
  }
  std::fesetround(FE_TONEAREST);
  trap(FE_INVALID | FE_DIVBYZERO);
  {
    const StandardArithmetic arithmetic;
    check_standard();
    CHECK(one / (three - 3) > 1e308);
  }
  CHECK(fegetexcept() == (FE_INVALID | FE_DIVBYZERO));
}

TEST_CASE("subnormal numbers are kept inside") {
  const KeptFloatEnvironment kept;
  if (!flush_subnormals_to_zero()) {
    MESSAGE("skipped: this processor is not told to flush subnormal numbers");
    return;
  }
  CHECK(least_normal / 2 == 0.0F);
  {
    const StandardArithmetic arithmetic;
    check_standard();
  }
  CHECK(least_normal / 2 == 0.0F);
}

TEST_CASE("exceptions inside do not reach a caller that traps them") {
  const KeptFloatEnvironment kept;
  trap(FE_DIVBYZERO);
  volatile long double zero = 0;
  {
    const StandardArithmetic arithmetic;
    CHECK(1 / zero > 1e308L);  // which raises the flag of the x87
  }
  CHECK(1 + zero == 1);
}

}  // namespace
}  // namespace deft
