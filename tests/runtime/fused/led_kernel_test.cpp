#include "fused/led_kernel.hpp"

#include <cstddef>

#include <doctest/doctest.h>

namespace deft {
namespace {

/// A kernel that makes 1000 rows, 100 in a block.
Kernel rows_kernel() {
  Kernel kernel;
  kernel.blocks = 10;
  kernel.rows_per_block = 100;
  kernel.reads_rows_of = 0;
  return kernel;
}

TEST_CASE("a kernel leads with rows that a cache holds, and if no thread goes without work") {
  CHECK(can_lead(rows_kernel(), 1000, 400, 10));
  CHECK(!can_lead(rows_kernel(), 1000, 400, 11));
  CHECK(can_lead(rows_kernel(), 1000, 40, 11));  // a small result
  CHECK(!can_lead(rows_kernel(), 1000, 40'000, 2));
  Kernel other = rows_kernel();
  other.rows_per_block = 0;
  CHECK(!can_lead(other, 1000, 400, 1));
}

TEST_CASE(
    "a kernel is fed if it promises to read its operand by rows, and the group is not large") {
  constexpr std::size_t wide = 1'000'000;
  CHECK(can_be_fed(rows_kernel(), wide, 10));
  CHECK(!can_be_fed(rows_kernel(), wide, 11));
  CHECK(can_be_fed(rows_kernel(), 10'000, 11));
  CHECK(!can_be_fed(rows_kernel(), 100 * wide, 2));
  Kernel reads_all = rows_kernel();
  reads_all.reads_rows_of = -1;
  CHECK(!can_be_fed(reads_all, wide, 1));
}

}  // namespace
}  // namespace deft
