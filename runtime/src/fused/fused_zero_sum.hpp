#pragma once

#include "fused_tile.hpp"

namespace deft {

/// The sum of x * 0 over all elements of x: 0, or NaN if an element is not finite. Additions of
/// zeros are exact, so that the order of the elements does not matter, as it does for other sums.
/// Scratch has one sum for each tile of the group.
class ZeroSum {
 public:
  explicit ZeroSum(const TileStep& step);

  /// The sums of all tiles, from `offset` on in scratch, as what the blocks of the group leave.
  Kernel::Partials partials(std::size_t offset) const;

  /// Where the sum of the first tile of `run` has to be left, if the sums of all tiles begin at
  /// `to`. Sets those of the run to 0: the first one may be that of all.
  std::byte* of_run(const TileRun& run, std::byte* to) const;

  void finish(const KernelArgs& args, const std::byte* from) const;

  std::int64_t tile_bytes() const { return static_cast<std::int64_t>(size_of(dtype_)); }

 private:
  /// How many tiles are before a row, with which a tile begins.
  std::int64_t tiles_before(std::int64_t row) const;

  DType dtype_;
  std::int64_t rows_;
  std::int64_t block_rows_;
  std::int64_t tile_rows_;
  std::size_t output_;
};

}  // namespace deft
