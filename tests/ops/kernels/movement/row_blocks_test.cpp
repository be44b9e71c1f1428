#include "kernels/movement/row_blocks.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

struct Case {
  std::int64_t rows;
  std::int64_t length;
  std::int64_t unit;
};

TEST_CASE("blocks cover every element of every row once, whole units at a time") {
  for (const Case& c : {Case{1, 1, 1}, Case{5, 3, 1}, Case{40000, 3, 3}, Case{3, block_elements, 1},
                        Case{3, block_elements + 1, 1}, Case{2, 5 * block_elements + 7, 1},
                        Case{2, 300000, 3000}, Case{2, 200000, 20000}, Case{2, 40000, 40000}}) {
    CAPTURE(c.rows);
    CAPTURE(c.length);
    const RowBlocks blocks(c.rows, c.length, c.unit);
    std::vector<int> seen(static_cast<std::size_t>(c.rows * c.length));
    for (std::int64_t b = 0; b < blocks.blocks(); ++b) {
      const RowBlocks::Block block = blocks.block(b);
      CHECK(block.begin % c.unit == 0);
      CHECK(block.end % c.unit == 0);
      CHECK(block.rows * (block.end - block.begin) <= std::max(block_elements, c.unit));
      for (std::int64_t r = block.row; r < block.row + block.rows; ++r)
        for (std::int64_t i = block.begin; i < block.end; ++i)
          ++seen[static_cast<std::size_t>(r * c.length + i)];
    }
    CHECK(seen == std::vector<int>(seen.size(), 1));
  }
}

TEST_CASE("runs and rows of every short length are copied, and nothing beside them") {
  for (std::int64_t length = 0; length <= 70; ++length) {
    CAPTURE(length);
    constexpr std::int64_t rows = 3;
    constexpr std::int64_t from_pitch = 71;
    constexpr std::int64_t to_pitch = 72;
    std::vector<std::uint32_t> from;
    for (std::uint32_t i = 0; i < rows * from_pitch; ++i) from.push_back(i + 1);
    std::vector<std::uint32_t> to(rows * to_pitch);
    copy_rows(from.data(), from_pitch, to.data(), to_pitch, rows, length);
    std::vector<std::uint32_t> expected(rows * to_pitch);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t i = 0; i < length; ++i)
        expected[static_cast<std::size_t>(r * to_pitch + i)] =
            from[static_cast<std::size_t>(r * from_pitch + i)];
    CHECK(to == expected);
  }
}

}  // namespace
}  // namespace deft
