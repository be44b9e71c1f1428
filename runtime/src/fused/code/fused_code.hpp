#pragma once

#include <optional>

#include "code_tile.hpp"
#include "fused/fused_layout.hpp"
#include "vector_code.hpp"

namespace deft {

/// The steps of a group that go over tiles, as one VectorCode.
struct FusedCode {
  FusedCode(DType dtype, const VectorMachine& machine) : code(dtype, machine) {}

  VectorCode code;
  TileCode tile;  // has the pointers of `code`
};

/// The code of a group, for this machine, or nothing if one of its steps has none. Steps that have
/// code give one element per row, or are products of a matrix and one of a single column. The
/// matrix has 1, 2 or 4 columns, or is a constant of a few columns, which is kept a second time,
/// column by column.
std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout,
                                    const VectorMachine& machine = {});

}  // namespace deft
