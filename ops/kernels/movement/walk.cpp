#include "walk.hpp"

namespace deft {

Strides dense_strides(const Shape& shape) {
  Strides strides{};
  std::int64_t stride = 1;
  for (std::size_t i = shape.rank(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape.dims()[i];
  }
  return strides;
}

Strides broadcast_strides(const Shape& operand, const Shape& output) {
  const Strides dense = dense_strides(operand);
  const std::size_t missing = output.rank() - operand.rank();
  Strides strides{};
  for (std::size_t i = 0; i < operand.rank(); ++i)
    if (operand.dims()[i] != 1) strides[i + missing] = dense[i];
  return strides;
}

Walk::Walk(const Shape& output, std::span<const Strides> operand_strides)
    : rank(0), operands(operand_strides.size()) {
  const auto continues = [&](std::size_t dim, std::int64_t length) {
    for (std::size_t o = 0; o < operands; ++o)
      if (strides[o][rank - 1] != operand_strides[o][dim] * length) return false;
    return true;
  };
  for (std::size_t i = 0; i < output.rank(); ++i) {
    const std::int64_t length = output.dims()[i];
    if (length == 1) continue;
    const bool merge = rank > 0 && continues(i, length);
    if (!merge) ++rank;
    dims[rank - 1] = merge ? dims[rank - 1] * length : length;
    for (std::size_t o = 0; o < operands; ++o) strides[o][rank - 1] = operand_strides[o][i];
  }
  if (rank > 0) return;
  rank = 1;
  dims[0] = 1;
  for (std::size_t o = 0; o < operands; ++o) strides[o][0] = 1;
}

RowCursor::RowCursor(const Walk& walk, std::int64_t row) : walk_(walk) {
  for (std::size_t i = walk.rank - 1; i-- > 0 && row > 0;) {
    index_[i] = row % walk.dims[i];
    row /= walk.dims[i];
    for (std::size_t o = 0; o < walk.operands; ++o) offsets_[o] += index_[i] * walk.strides[o][i];
  }
}

void RowCursor::advance() {
  for (std::size_t i = walk_.rank - 1; i-- > 0;) {
    const bool carries = ++index_[i] == walk_.dims[i];
    const std::int64_t steps = carries ? 1 - walk_.dims[i] : 1;
    for (std::size_t o = 0; o < walk_.operands; ++o) offsets_[o] += steps * walk_.strides[o][i];
    if (!carries) return;
    index_[i] = 0;
  }
}

}  // namespace deft
