#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <deft/core/tensor.hpp>

#include "fused_layout.hpp"
#include "fused_product.hpp"
#include "vector_code.hpp"

namespace deft {

/// The steps of a group that go over tiles, as one VectorCode.
struct FusedCode {
  /// What a pointer of the code stands for.
  struct Pointer {
    RowSource source;
    bool moves = false;                 // it begins at the first row of the tile
    int sums = -1;                      // where this one of `sums` leaves those of a tile
    const std::byte* column = nullptr;  // a column of `packed`
  };

  explicit FusedCode(DType dtype) : code(dtype) {}

  VectorCode code;
  std::vector<Pointer> pointers;
  std::vector<BlockSums> sums;
  std::vector<Tensor> packed;  // constant matrices, column by column
  double flops = 0;
};

/// Nothing if a step has no such code. Known are steps whose results have one element per row, and
/// products of a matrix and one of a single column. The matrix has 1, 2 or 4 columns, or is a
/// constant of a few, which is kept a second time, column by column.
std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout);

}  // namespace deft
