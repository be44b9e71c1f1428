#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "session/line_search.hpp"

namespace deft {
namespace {

/// A function of the step, and what the search asked it for.
struct Ray {
  double (*value)(double);
  double (*slope)(double);
  std::vector<double> asked = {};

  RayPoint at(double step) const { return {step, value(step), slope(step)}; }

  std::optional<RayPoint> search(double first, const WolfeConditions& conditions = {}) {
    return line_search(
        [&](double step) {
          asked.push_back(step);
          return at(step);
        },
        at(0), first, conditions);
  }
};

void check_wolfe(const Ray& ray, const RayPoint& found, const WolfeConditions& conditions) {
  const RayPoint start = ray.at(0);
  CHECK(found.step > 0);
  CHECK(found.value <= start.value + conditions.c1 * found.step * start.slope);
  CHECK(std::abs(found.slope) <= -conditions.c2 * start.slope);
  CHECK(ray.asked.back() == found.step);
}

const Ray parabola{[](double t) { return (t - 3) * (t - 3); },
                   [](double t) { return 2 * (t - 3); }};

// Functions of J. More and D. Thuente, "Line search algorithms with guaranteed sufficient
// decrease", 1994: (5.1) with beta = 2, (5.2) with beta = 0.004.
const Ray first_of_more_and_thuente{
    [](double t) { return -t / (t * t + 2); },
    [](double t) { return (t * t - 2) / ((t * t + 2) * (t * t + 2)); }};
const Ray second_of_more_and_thuente{
    [](double t) { return std::pow(t + 0.004, 5) - 2 * std::pow(t + 0.004, 4); },
    [](double t) { return 5 * std::pow(t + 0.004, 4) - 8 * std::pow(t + 0.004, 3); }};

TEST_CASE("a step satisfies the strong Wolfe conditions, wherever the search begins") {
  const WolfeConditions strict{.c1 = 1e-3, .c2 = 0.1};
  for (const Ray& ray : {parabola, first_of_more_and_thuente, second_of_more_and_thuente})
    for (const WolfeConditions& conditions : {WolfeConditions{}, strict})
      for (const double first : {1e-3, 1e-1, 1.0, 10.0, 1e3}) {
        Ray asked = ray;
        const auto found = asked.search(first, conditions);
        CAPTURE(first);
        REQUIRE(found.has_value());
        check_wolfe(asked, *found, conditions);
        CHECK(asked.asked.size() <= 20);
      }
}

TEST_CASE("the first step is taken if it is good") {
  Ray ray = parabola;
  const auto found = ray.search(2.5);
  REQUIRE(found.has_value());
  CHECK(ray.asked == std::vector{2.5});
}

TEST_CASE("interpolation finds the minimum of a parabola at once") {
  Ray ray = parabola;
  const auto found = ray.search(8, {.c1 = 1e-4, .c2 = 1e-6});
  REQUIRE(found.has_value());
  CHECK(found->step == doctest::Approx(3).epsilon(1e-12));
  CHECK(ray.asked.size() == 2);
}

TEST_CASE("where the function is not finite is too far") {
  // -log(1 - t) - 3 t has its minimum at 2/3, and is NaN beyond 1.
  Ray ray{[](double t) { return -std::log(1 - t) - 3 * t; },
          [](double t) { return t < 1 ? 1 / (1 - t) - 3 : std::nan(""); }};
  const WolfeConditions strict{.c1 = 1e-4, .c2 = 0.1};
  const auto found = ray.search(100, strict);
  REQUIRE(found.has_value());
  check_wolfe(ray, *found, strict);
  for (const double limit : {-1.0, 1.0}) {
    Ray bottomless{[](double t) { return t > 1 ? -std::numeric_limits<double>::infinity() : -t; },
                   [](double) { return -1.0; }};
    if (limit > 0)
      bottomless.value = [](double t) {
        return t > 1 ? std::numeric_limits<double>::infinity() : -t;
      };
    const auto low = bottomless.search(5);
    REQUIRE(low.has_value());
    CHECK(low->step > 0.9);
    CHECK(low->step <= 1);
    CHECK(bottomless.asked.back() == low->step);
  }
}

TEST_CASE("a slope that is not a number is too far") {
  Ray ray{[](double t) { return -t; }, [](double t) { return t > 0.5 ? std::nan("") : -1.0; }};
  const auto found = ray.search(1);
  REQUIRE(found.has_value());
  CHECK(found->step <= 0.5);
}

TEST_CASE("a function that only rises has no step") {
  Ray ray{[](double t) { return t; }, [](double t) { return t == 0 ? -1.0 : 1.0; }};
  CHECK_FALSE(ray.search(1).has_value());
}

TEST_CASE("a kink is approached from its low side") {
  // |t - 1| has no step with a small slope.
  Ray ray{[](double t) { return std::abs(t - 1); }, [](double t) { return t < 1 ? -1.0 : 1.0; }};
  const auto found = ray.search(3);
  REQUIRE(found.has_value());
  CHECK(found->step == doctest::Approx(1).epsilon(1e-3));
  CHECK(ray.asked.back() == found->step);
}

TEST_CASE("a function without end is followed for a while") {
  Ray ray{[](double t) { return -t; }, [](double) { return -1.0; }};
  const auto found = ray.search(1);
  REQUIRE(found.has_value());
  CHECK(found->step > 1e6);
  CHECK(ray.asked.size() <= 41);
}

TEST_CASE("slopes decide where values differ by rounding alone") {
  // Near 1e10 the values of a parabola of depth 1e-8 are all the same.
  Ray ray{[](double) { return 1e10; }, [](double t) { return 1e-4 * (t - 3); }};
  for (const double first : {0.01, 3.5, 100.0}) {
    Ray again{ray.value, ray.slope};
    const WolfeConditions conditions{.c1 = 1e-4, .c2 = 0.1, .noise = 1e-4};
    const auto found = again.search(first, conditions);
    REQUIRE(found.has_value());
    CHECK(std::abs(found->slope) <= 0.1 * 3e-4);
  }
}

}  // namespace
}  // namespace deft
