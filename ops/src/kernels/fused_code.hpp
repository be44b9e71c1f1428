#pragma once

#include <optional>
#include <vector>

#include "fused_layout.hpp"
#include "fused_product.hpp"
#include "vector_code.hpp"

namespace deft {

/// The steps of a group that go over tiles, as one VectorCode.
struct FusedCode {
  /// What a pointer of the code stands for.
  struct Pointer {
    RowSource source;
    bool moves = false;  // it begins at the first row of the tile
    int sums = -1;       // not a source, but where this one of `sums` leaves those of a tile
  };

  explicit FusedCode(DType dtype) : code(dtype) {}

  VectorCode code;
  std::vector<Pointer> pointers;
  std::vector<BlockSums> sums;
  double flops = 0;
};

/// Nothing if a step has no such code. Known are steps whose results have one element per row, and
/// products of a matrix of 1, 2 or 4 columns and one of a single column.
std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout);

}  // namespace deft
