#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <deft/core/tensor.hpp>

#include "fused_program.hpp"

namespace deft {

/// Rows that the steps of a fused group go over together.
struct TileRun {
  const KernelArgs& args;
  std::byte* memory;         // of this thread, for what steps hand on
  std::int64_t block_first;  // first row of the block
  std::int64_t first;        // first row of the tile
  std::int64_t rows;
};

/// Where the rows of a value are while a tile is computed.
struct RowSource {
  enum class Place : std::uint8_t {
    input,   // whole, in an input of the group
    output,  // whole, in an output
    tile,    // the rows of a tile alone
    block,   // the rows of a block alone
  };
  Place place = Place::input;
  std::size_t at = 0;  // number of the input or output; or offset in TileRun::memory
  std::size_t row_bytes = 0;

  /// Row `row`, which is in the tile.
  std::byte* row(const TileRun& run, std::int64_t row) const {
    switch (place) {
      case Place::input:  // which is only read
        return static_cast<std::byte*>(const_cast<void*>(run.args.inputs[at])) + bytes(row);
      case Place::output:
        return static_cast<std::byte*>(run.args.outputs[at]) + bytes(row);
      case Place::tile:
        return run.memory + at + bytes(row - run.first);
      case Place::block:
        return run.memory + at + bytes(row - run.block_first);
    }
    return nullptr;
  }

 private:
  std::size_t bytes(std::int64_t rows) const { return static_cast<std::size_t>(rows) * row_bytes; }
};

/// What a kernel of a group states of its work: see Kernel::flops and Kernel::nanoseconds.
struct FusedWork {
  double flops = 0;
  double nanoseconds = 0;

  FusedWork& operator+=(const FusedWork& other) {
    flops += other.flops;
    nanoseconds += other.nanoseconds;
    return *this;
  }
};

/// A step of a fused group, made ready. Immutable.
class FusedTile {
 public:
  virtual ~FusedTile() = default;

  /// Computes the rows of a tile (per_block: of a block; takes_any_rows: of one tile or several).
  virtual void run(const TileRun& run) const = 0;

  /// Combines what the tiles of the whole group left, `partial_bytes` from `from` on.
  virtual void finish(const KernelArgs&, const std::byte* /*from*/) const {}

  bool takes_any_rows = false;
  bool per_block = false;  // takes all rows of a block at once, after the other steps
  std::size_t partial_bytes = 0;
  std::size_t partial_offset = 0;          // in the scratch of the group
  std::vector<Kernel::Partials> partials;  // of partial_bytes, from partial_offset on
};

/// A step with all that its FusedTile is made from: operands and result, with their places.
struct TileStep {
  const FusedStep& what;
  std::vector<TensorSpec> inputs;
  std::vector<RowSource> sources;
  std::vector<std::optional<Tensor>> packed;  // of a product: operands column by column
  TensorSpec output;
  RowSource target;
  std::int64_t rows;  // of the group
  std::int64_t tile_rows;
  std::int64_t block_rows;
  std::size_t spare_offset;  // in TileRun::memory: for operands that have to be written out,
  std::size_t spare_bytes;   // so many bytes each
};

std::unique_ptr<FusedTile> map_tile(const TileStep& step);
std::unique_ptr<FusedTile> product_tile(const TileStep& step);
std::unique_ptr<FusedTile> reduction_tile(const TileStep& step);
std::unique_ptr<FusedTile> zero_sum_tile(const TileStep& step);
std::unique_ptr<FusedTile> row_reduction_tile(const TileStep& step);
std::unique_ptr<FusedTile> column_reduction_tile(const TileStep& step);

}  // namespace deft
