#pragma once

#include <map>
#include <vector>

#include <deft/core/tensor.hpp>

#include "fused_tile.hpp"

namespace deft {

constexpr std::int64_t fused_block_rows = 1024;  // of short rows

/// Where the values of a fused group are: its results in the outputs, the rest in a few tiles that
/// stay in the first-level cache.
class FusedLayout {
 public:
  explicit FusedLayout(const FusedProgram& program);

  /// Step `index`, ready to be made into a FusedTile.
  TileStep step(std::size_t index) const;

  /// The spec of an operand, under the shape under which the step reads it.
  TensorSpec spec_of(const FusedProgram::Operand& operand) const;

  /// An input column by column, if that is worth its memory; else null. Lives as long as this.
  const Tensor* packed(const FusedProgram::Operand& operand) const;

  std::int64_t tile_rows() const { return tile_rows_; }

  /// A multiple of the rows that any step takes at a time, such as the part of a reduction.
  std::int64_t block_rows() const { return block_rows_; }
  std::size_t thread_bytes() const { return bytes_; }

 private:
  using Operand = FusedProgram::Operand;

  void choose_rows();
  void place();
  std::size_t take(std::size_t bytes);
  RowSource source_of(const Operand& operand) const;
  std::size_t row_bytes(const TensorSpec& spec) const;
  std::size_t widest_operand_bytes(const FusedProgram::Step& step) const;
  const FusedProgram& program_;
  std::int64_t tile_rows_ = 0;
  std::int64_t block_rows_ = 0;
  std::vector<RowSource> targets_;                  // by step
  mutable std::map<std::uint32_t, Tensor> packed_;  // by input, made where they are asked for
  std::size_t bytes_ = 0;
  std::size_t spare_offset_ = 0;
  std::size_t spare_bytes_ = 0;
};

}  // namespace deft
