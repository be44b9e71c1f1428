#include "common/plot/axis.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace examples {
namespace {

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> result;
  for (const Axis::Tick& tick : axis.ticks) result.push_back(tick.label);
  return result;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("a linear axis has a margin and ticks at round numbers") {
  const Axis axis = linear_axis(0, 2);
  CHECK(axis.low == doctest::Approx(-0.08));
  CHECK(axis.high == doctest::Approx(2.08));
  CHECK(axis.position(1) == doctest::Approx(0.5));
  CHECK(axis.position(axis.low) == 0.0);
  CHECK(axis.position(axis.high) == 1.0);
  CHECK(labels(axis) == Labels{"0", "0.5", "1", "1.5", "2"});
  CHECK(labels(linear_axis(-1000, 1000)) == Labels{"-1000", "-500", "0", "500", "1000"});
}

TEST_CASE("ticks of a narrow range far from zero differ") {
  const Labels found = labels(linear_axis(1'000'000.1, 1'000'000.2));
  REQUIRE(found.size() > 3);
  CHECK(found[0] != found[1]);
}

TEST_CASE("a range that is tiny beside its offset is drawn, not taken for one number") {
  // A second and a half in nanoseconds since 1970; a tenth of a millisecond in seconds.
  const double ranges[][2] = {
      {1.7e18, 1.7e18 + 1.5e9}, {1.7e9, 1.7e9 + 1e-4}, {-1.7e18 - 1.5e9, -1.7e18}};
  for (const auto& range : ranges) {
    CAPTURE(range[0]);
    const Axis axis = linear_axis(range[0], range[1]);
    CHECK(axis.position(range[0]) < 0.1);
    CHECK(axis.position(range[1]) > 0.9);
    CHECK(axis.ticks.size() >= 3);
  }
}

TEST_CASE("labels of many digits count from a round number nearby") {
  const Axis after = linear_axis(1.7e18, 1.7e18 + 1e9);
  CHECK(labels(after) == Labels{"0", "2e+08", "4e+08", "6e+08", "8e+08", "1e+09"});
  CHECK(after.offset == " - 1.7e+18");
  const Axis before = linear_axis(-1.7e9 - 0.2, -1.7e9);
  CHECK(labels(before) == Labels{"4.8", "4.85", "4.9", "4.95", "5"});
  CHECK(before.offset == " + 1700000005");
  CHECK(linear_axis(1.7e9, 1.7e9 + 86400).offset.empty());
}

TEST_CASE("extreme ranges have finite positions and few ticks") {
  constexpr double max = std::numeric_limits<double>::max();
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  const double ranges[][2] = {{0, 0},           {5, 5},
                              {-max, max},      {0, max},
                              {max, max},       {-max, -max},
                              {0, tiny},        {-tiny, tiny},
                              {1e-300, 1},      {1, 1 + 1e-15},
                              {1e16, 1e16 + 2}, {1e-280, 2e-280},
                              {1 - 1e-16, 1},   {max * (1 - 1e-16), max}};
  for (const auto& range : ranges) {
    CAPTURE(range[0]);
    CAPTURE(range[1]);
    const Axis axis = linear_axis(range[0], range[1]);
    CHECK(axis.low < axis.high);
    CHECK(axis.ticks.size() >= 1);
    CHECK(axis.ticks.size() <= 20);
    for (const double value : range) {
      CHECK(axis.position(value) >= 0);
      CHECK(axis.position(value) <= 1);
    }
    for (const Axis::Tick& tick : axis.ticks) {
      CHECK(axis.position(tick.value) >= 0);
      CHECK(axis.position(tick.value) <= 1);
    }
  }
}

TEST_CASE("a logarithmic axis has ticks at powers of ten") {
  const Axis axis = log_axis(0.01, 100);
  CHECK(axis.position(1) == doctest::Approx(0.5));
  CHECK(labels(axis) == Labels{"0.01", "0.1", "1", "10", "100"});
  CHECK(labels(log_axis(2, 10)) == Labels{"2", "5", "10"});
}

TEST_CASE("extreme logarithmic ranges") {
  const double ranges[][2] = {
      {1, 1}, {1e-290, 1e290}, {1e-290, 1e-290}, {1e300, 1e300}, {0.01, 0.0101}};
  for (const auto& range : ranges) {
    CAPTURE(range[0]);
    const Axis axis = log_axis(range[0], range[1]);
    CHECK(axis.ticks.size() >= 1);
    CHECK(axis.ticks.size() <= 20);
    for (const double value : range) {
      CHECK(axis.position(value) >= 0);
      CHECK(axis.position(value) <= 1);
    }
  }
}

}  // namespace examples
