#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <deft/core/tensor.hpp>

#include "fused/fused_product.hpp"
#include "fused/fused_zero_sum.hpp"

namespace deft {

/// The memory that code for several steps of a group works on. The code names it by pointers.
struct TileCode {
  /// What a pointer stands for.
  struct Pointer {
    RowSource source;
    bool moves = false;                 // it begins at the first row of the tile
    int sums = -1;                      // i: where the sums of a tile go, by TileCode::sums[i]
    int zero_sum = -1;                  // i: where that of a run goes, by TileCode::zero_sums[i]
    const std::byte* column = nullptr;  // a column of `packed`
  };
  static constexpr std::size_t most_pointers = 128;  // they are on the stack of a run

  std::size_t end = 0;            // the first step behind the code
  std::int64_t row_elements = 1;  // of results
  bool row_by_row = false;        // each row is gone over by itself: something is repeated in it
  std::vector<Pointer> pointers;
  std::vector<BlockSums> sums;
  std::vector<ZeroSum> zero_sums;
  std::vector<Tensor> packed;  // constant matrices, column by column
};

/// A tile that runs code of this kind. It finds the pointers once for all rows of a run.
class CodeTile : public FusedTile {
 public:
  /// The code can take one tile at a time, or several, up to `most_tiles`.
  CodeTile(TileCode code, DType dtype, std::int64_t tile_rows, std::int64_t most_tiles = 1);

  void run(const TileRun& run) const final;
  void finish(const KernelArgs& args, const std::byte* from) const final;

 protected:
  using Pointers = std::array<std::byte*, TileCode::most_pointers>;

  bool row_by_row() const { return code_.row_by_row; }
  std::int64_t row_elements() const { return code_.row_elements; }

  /// Bytes of pointer `i` from row to row.
  std::size_t stride(std::size_t i) const { return strides_[i]; }
  std::size_t num_pointers() const { return code_.pointers.size(); }

 private:
  /// Runs the code over `tiles` tiles side by side, of `rows` rows each, from where the pointers
  /// are.
  virtual void run_rows(const Pointers& pointers, std::int64_t tiles, std::int64_t rows) const = 0;

  void add_partials(const Kernel::Partials& left);
  std::int64_t tiles_at_once(std::int64_t rows) const;
  std::byte* begin_of(const TileCode::Pointer& pointer, const TileRun& run) const;
  std::int64_t bytes_of_tile(const TileCode::Pointer& pointer) const;

  TileCode code_;
  std::int64_t element_bytes_;
  std::int64_t tile_rows_;
  std::int64_t most_tiles_;
  std::vector<std::int64_t> bytes_of_tile_;  // by pointer
  std::vector<std::size_t> strides_;         // by pointer
  std::vector<std::size_t> offsets_;         // of sums and zero sums, from partial_offset
};

}  // namespace deft
