#include "kernels/movement/walk.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

Walk walk_of(const Shape& output, const std::vector<Shape>& operands) {
  std::vector<Strides> strides;
  for (const Shape& operand : operands) strides.push_back(broadcast_strides(operand, output));
  return {output, strides};
}

TEST_CASE("dense operands make one row") {
  const Walk walk = walk_of({2, 3, 4}, {Shape{2, 3, 4}, Shape{}});
  CHECK(walk.rank == 1);
  CHECK(walk.row_length() == 24);
  CHECK(walk.row_stride(0) == 1);
  CHECK(walk.row_stride(1) == 0);
}

TEST_CASE("dimensions are merged where every operand allows it") {
  const Walk walk = walk_of({2, 3, 1, 4}, {Shape{2, 3, 1, 4}, Shape{3, 1, 4}});
  CHECK(walk.rank == 2);
  CHECK(walk.dims[0] == 2);
  CHECK(walk.row_length() == 12);
  CHECK(walk.strides[0][0] == 12);
  CHECK(walk.strides[1][0] == 0);
  CHECK(walk_of({2, 3, 4}, {Shape{2, 3, 4}, Shape{2, 1, 4}}).rank == 3);
}

TEST_CASE("a scalar is one row of one element") {
  const Walk walk = walk_of({1, 1}, {Shape{}});
  CHECK(walk.rank == 1);
  CHECK(walk.row_length() == 1);
}

TEST_CASE("a cursor finds rows from anywhere") {
  const Walk walk = walk_of({3, 2, 5}, {Shape{3, 1, 5}, Shape{2, 1}});
  REQUIRE(walk.rank == 3);
  RowCursor cursor(walk, 0);
  for (std::int64_t row = 0; row < 6; ++row) {
    const RowCursor direct(walk, row);
    CHECK(cursor.offset(0) == row / 2 * 5);
    CHECK(cursor.offset(1) == row % 2);
    CHECK(direct.offset(0) == cursor.offset(0));
    CHECK(direct.offset(1) == cursor.offset(1));
    cursor.advance();
  }
}

TEST_CASE("gather writes any stretch of a repeated operand") {
  const Walk walk = walk_of({3, 2, 2}, {Shape{3, 1, 2}});
  const std::array<float, 6> operand{0, 1, 2, 3, 4, 5};
  const std::vector<float> all{0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5};
  for (std::size_t first = 0; first < all.size(); ++first)
    for (std::size_t count = 0; first + count <= all.size(); ++count) {
      std::vector<float> got(count);
      gather(walk, operand.data(), static_cast<std::int64_t>(first),
             static_cast<std::int64_t>(count), got.data());
      CHECK(std::equal(got.begin(), got.end(), all.begin() + static_cast<std::ptrdiff_t>(first)));
    }
}

}  // namespace
}  // namespace deft
