#include "reduction_plan.hpp"

#include <algorithm>

#include "kernels/blocks.hpp"

namespace deft {
namespace {

constexpr std::int64_t piece_elements = 1024;  // that a fused group reduces at a time
constexpr std::int64_t least_rows = 128;       // of a part: its results are written and read again
constexpr std::int64_t folded_columns = 64;  // enough independent accumulators for any vector unit
constexpr std::int64_t max_row_parts = 64;   // parts of a panel: combining them is serial work

}  // namespace

void StridedDims::append(std::int64_t length, std::int64_t stride) {
  lengths[rank] = length;
  strides[rank] = stride;
  ++rank;
}

std::int64_t StridedDims::count() const {
  std::int64_t product = 1;
  for (std::size_t i = 0; i < rank; ++i) product *= lengths[i];
  return product;
}

std::int64_t StridedDims::offset(std::int64_t index) const {
  if (rank == 0) return 0;
  std::int64_t at = 0;
  for (std::size_t i = rank - 1; i > 0; --i) {
    at += index % lengths[i] * strides[i];
    index /= lengths[i];
  }
  return at + index * strides[0];
}

ReductionPlan::ReductionPlan(const Shape& shape, AxisSet axes) {
  std::int64_t stride = shape.num_elements();
  if (stride == 0) {  // then a product of other dimensions may overflow
    for (std::size_t i = 0; i < shape.rank(); ++i)
      if (shape.dims()[i] == 0) (axes[i] ? reduced : outputs) = 0;
    return;
  }
  struct Dim {
    std::int64_t length;
    std::int64_t stride;
    bool reduced;
  };
  std::array<Dim, Shape::max_rank> dims{};
  std::size_t rank = 0;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const std::int64_t dim = shape.dims()[i];
    (axes[i] ? reduced : outputs) *= dim;
    if (dim <= 1) continue;
    stride /= dim;
    if (rank > 0 && dims[rank - 1].reduced == axes[i])
      dims[rank - 1] = {dims[rank - 1].length * dim, stride, axes[i]};
    else
      dims[rank++] = {dim, stride, axes[i]};
  }
  if (reduced == 1) return;

  const Dim last = dims[--rank];
  last_reduced = last.reduced;
  length = last.length;
  if (!last_reduced) adjacent = dims[--rank].length;
  for (std::size_t i = 0; i < rank; ++i)
    (dims[i].reduced ? outer : kept).append(dims[i].length, dims[i].stride);
  if (last_reduced)
    cut_rows();
  else
    cut_columns();
}

void ReductionPlan::cut_rows() {
  piece = std::min(length, piece_elements);
  pieces_per_row = ceil_div(length, piece);
  panels = outputs;
  pieces = outer.count() * pieces_per_row;
  pieces_per_part = per_block(piece);
  parts = ceil_div(pieces, pieces_per_part);
  if (parts == 1) panels_per_block = per_block(reduced);
}

void ReductionPlan::cut_columns() {
  panel = std::min(length, max_panel);
  panels_per_row = ceil_div(length, panel);
  fold = std::clamp<std::int64_t>(folded_columns / length, 1, adjacent);
  panels = kept.count() * panels_per_row;
  pieces = outer.count() * adjacent;
  pieces_per_part = std::max({least_rows, block_elements / panel, ceil_div(pieces, max_row_parts)});
  parts = ceil_div(pieces, pieces_per_part);
  if (parts == 1) panels_per_block = per_block(reduced * panel);
}

std::int64_t ReductionPlan::blocks() const {
  return parts > 1 ? panels * parts : ceil_div(panels, panels_per_block);
}

}  // namespace deft
