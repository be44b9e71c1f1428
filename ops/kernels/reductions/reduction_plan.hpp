#pragma once

#include <array>
#include <cstdint>

#include <deft/core/shape.hpp>

namespace deft {

/// Dimensions of a dense tensor, numbered together in row-major order.
struct StridedDims {
  std::size_t rank = 0;
  std::array<std::int64_t, Shape::max_rank> lengths{};
  std::array<std::int64_t, Shape::max_rank> strides{};

  void append(std::int64_t length, std::int64_t stride);
  std::int64_t count() const;

  /// Where element `index` lies.
  std::int64_t offset(std::int64_t index) const;
};

/// A shape cut into dimensions that are kept and dimensions that are reduced, with dimensions of 1
/// left out and neighbours of one kind merged; and the blocks of the work, from the shape alone.
///
/// Outputs are made in panels, of contiguous pieces of rows; a row is the last dimension. If the
/// last dimension is reduced, a panel is one output, and a row has one piece or several. If it is
/// kept, a panel is some neighbouring outputs, and each row has one piece for it. The pieces of a
/// panel are cut into parts, whose results are combined in order, if they are more than a block;
/// else a block makes several panels.
struct ReductionPlan {
  static constexpr std::int64_t max_panel = 2048;  // accumulators in the first-level cache

  ReductionPlan(const Shape& shape, AxisSet axes);

  std::int64_t outputs = 1;
  std::int64_t reduced = 1;  // elements per output
  bool last_reduced = true;
  std::int64_t length = 1;  // of the last dimension
  StridedDims kept;         // without the last dimension
  StridedDims outer;        // reduced; without the last dimension, and without `adjacent`

  // If the last dimension is reduced:
  std::int64_t piece = 1;  // elements of a piece, but for the last one of a row
  std::int64_t pieces_per_row = 1;

  // If the last dimension is kept:
  std::int64_t adjacent = 1;  // length of the reduced dimension before it
  std::int64_t panel = 1;     // outputs of a panel, but for the last one of a row
  std::int64_t panels_per_row = 1;
  std::int64_t fold = 1;  // neighbouring rows that are accumulated side by side: short rows

  std::int64_t panels = 1;
  std::int64_t pieces = 1;  // of a panel
  std::int64_t parts = 1;   // of a panel
  std::int64_t pieces_per_part = 1;
  std::int64_t panels_per_block = 1;  // 1 if parts > 1

  std::int64_t blocks() const;

 private:
  void cut_rows();
  void cut_columns();
};

}  // namespace deft
