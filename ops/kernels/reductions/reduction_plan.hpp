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

/// A shape cut into what is kept and what is reduced, with dimensions of 1 left out and neighbours
/// of one kind merged; and the blocks of the work, from the shape alone.
///
/// If the last dimension is reduced, an output is made of `segments` contiguous pieces of a row. If
/// it is kept, `panels` of neighbouring outputs are made of contiguous pieces of `rows`. Work on
/// one output (or panel) is cut into `parts`, whose results are combined in order, if it is more
/// than a block; else a block makes several of them.
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
  std::int64_t piece = 1;           // elements of a segment
  std::int64_t pieces_per_row = 1;  // segments of a row

  // If the last dimension is kept:
  std::int64_t adjacent = 1;  // length of the reduced dimension before it
  std::int64_t panel = 1;     // columns of a panel
  std::int64_t panels_per_row = 1;
  std::int64_t fold = 1;  // neighbouring rows that are accumulated side by side: short rows

  std::int64_t groups = 1;  // outputs or panels
  std::int64_t steps = 1;   // segments or rows of a group
  std::int64_t parts = 1;   // of a group
  std::int64_t steps_per_part = 1;
  std::int64_t groups_per_block = 1;  // 1 if parts > 1

  std::int64_t blocks() const;

 private:
  void cut_rows();
  void cut_columns();
};

}  // namespace deft
