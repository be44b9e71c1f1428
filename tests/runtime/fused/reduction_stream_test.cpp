#include <cstdint>
#include <optional>

#include <doctest/doctest.h>

#include "fused/fused_kernel.hpp"

namespace deft {
namespace {

TEST_CASE("a result is cut into the rows in which an operand is repeated") {
  const auto rows = [](const Shape& operand, const Shape& result) {
    return rows_of_repeated(operand, result).value_or(0);
  };
  CHECK(rows({768}, {4096, 768}) == 4096);
  CHECK(rows({1, 768}, {4096, 768}) == 4096);
  CHECK(rows({4096, 1}, {4096, 768}) == 4096);
  CHECK(rows({30, 40}, {50, 30, 40}) == 50);
  CHECK(rows({50, 1, 1}, {50, 30, 40}) == 50);
  CHECK(rows({50, 30, 1}, {50, 30, 40}) == 1500);
}

TEST_CASE("but for short rows, few ones, and operands that are repeated otherwise") {
  const auto rows = [](const Shape& operand, const Shape& result) {
    return rows_of_repeated(operand, result);
  };
  CHECK(rows({10}, {4096, 10}) == std::nullopt);
  CHECK(rows({100'000}, {64, 100'000}) == std::nullopt);
  CHECK(rows({10'000}, {3, 10'000}) == std::nullopt);
  CHECK(rows({}, {4096, 768}) == std::nullopt);
  CHECK(rows({4096, 768}, {4096, 768}) == std::nullopt);
  CHECK(rows({30, 1}, {50, 30, 40}) == std::nullopt);
  CHECK(rows({50, 1, 40}, {50, 30, 40}) == std::nullopt);
  CHECK(rows({0}, {4, 0}) == std::nullopt);
}

}  // namespace
}  // namespace deft
