#include "code_tile.hpp"

#include <algorithm>
#include <utility>

#include "kernels/blocks.hpp"

namespace deft {

CodeTile::CodeTile(TileCode code, DType dtype, std::int64_t tile_rows, std::int64_t most_tiles)
    : code_(std::move(code)),
      element_bytes_(static_cast<std::int64_t>(size_of(dtype))),
      tile_rows_(tile_rows),
      most_tiles_(most_tiles) {
  for (const BlockSums& sums : code_.sums) add_partials(sums.partials(partial_bytes));
  for (const ZeroSum& sum : code_.zero_sums) add_partials(sum.partials(partial_bytes));
  for (const TileCode::Pointer& pointer : code_.pointers) {
    bytes_of_tile_.push_back(bytes_of_tile(pointer));
    strides_.push_back(pointer.moves ? pointer.source.row_bytes : 0);
  }
  takes_any_rows = std::ranges::none_of(code_.pointers, [](const TileCode::Pointer& pointer) {
    return pointer.source.place == RowSource::Place::tile ||
           pointer.source.place == RowSource::Place::block;
  });
}

void CodeTile::add_partials(const Kernel::Partials& left) {
  offsets_.push_back(left.offset);
  partials.push_back(left);
  partial_bytes += whole_lines(left.bytes);
}

void CodeTile::run(const TileRun& run) const {
  Pointers pointers;
  for (std::size_t i = 0; i < code_.pointers.size(); ++i)
    pointers[i] = begin_of(code_.pointers[i], run);
  if (code_.sums.empty()) return run_rows(pointers, 1, run.rows);
  for (std::int64_t rows = run.rows; rows > 0;) {
    const std::int64_t tiles = tiles_at_once(rows);
    const std::int64_t rows_of_each = std::min(tile_rows_, rows);
    run_rows(pointers, tiles, rows_of_each);
    for (std::size_t i = 0; i < bytes_of_tile_.size(); ++i)
      pointers[i] += tiles * bytes_of_tile_[i];
    rows -= tiles * rows_of_each;
  }
}

/// In a single tile each sum waits for the one before it, so that of four tiles two and two are
/// faster than three and one.
std::int64_t CodeTile::tiles_at_once(std::int64_t rows) const {
  const std::int64_t whole = std::max<std::int64_t>(1, rows / tile_rows_);
  return whole == most_tiles_ + 1 && most_tiles_ > 2 ? most_tiles_ - 1
                                                     : std::min(whole, most_tiles_);
}

void CodeTile::finish(const KernelArgs& args, const std::byte* from) const {
  for (std::size_t i = 0; i < code_.sums.size(); ++i)
    code_.sums[i].finish(args, from + offsets_[i]);
  for (std::size_t i = 0; i < code_.zero_sums.size(); ++i)
    code_.zero_sums[i].finish(args, from + offsets_[code_.sums.size() + i]);
}

/// What a pointer is at the first row of `run`.
std::byte* CodeTile::begin_of(const TileCode::Pointer& pointer, const TileRun& run) const {
  if (pointer.sums >= 0) {
    const auto i = static_cast<std::size_t>(pointer.sums);
    return code_.sums[i].of_tile(run, run.args.scratch + partial_offset + offsets_[i]);
  }
  if (pointer.zero_sum >= 0) {
    const auto i = static_cast<std::size_t>(pointer.zero_sum);
    return code_.zero_sums[i].of_run(
        run, run.args.scratch + partial_offset + offsets_[code_.sums.size() + i]);
  }
  if (pointer.column != nullptr)
    return const_cast<std::byte*>(pointer.column) + run.first * element_bytes_;
  return pointer.source.row(run, pointer.moves ? run.first : 0);
}

/// How far a pointer is from one tile to the next.
std::int64_t CodeTile::bytes_of_tile(const TileCode::Pointer& pointer) const {
  if (pointer.sums >= 0) return code_.sums[static_cast<std::size_t>(pointer.sums)].tile_bytes();
  if (pointer.zero_sum >= 0)
    return code_.zero_sums[static_cast<std::size_t>(pointer.zero_sum)].tile_bytes();
  if (pointer.column != nullptr) return tile_rows_ * element_bytes_;
  return pointer.moves ? tile_rows_ * static_cast<std::int64_t>(pointer.source.row_bytes) : 0;
}

}  // namespace deft
