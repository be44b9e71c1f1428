#pragma once

#include <optional>

#include "code_tile.hpp"
#include "fused/fused_layout.hpp"
#include "vector_code.hpp"

namespace deft {

/// Steps of a group that follow upon each other, as one VectorCode over the elements of their
/// results.
struct FusedCode {
  FusedCode(DType dtype, const VectorMachine& machine) : code(dtype, machine) {}

  VectorCode code;
  TileCode tile;  // has the pointers of `code`
};

/// The code of as many steps as possible from step `begin` on, for this machine; nothing if that
/// step has none, or a piece of a group would have just one. Steps that have code are maps whose
/// results have rows of the same length. Operands may be one element for everything; for long rows
/// also an element for each row or the same row for all. Where results have one element per row,
/// products have code too, of a matrix and one of a single column. The matrix has 1, 2 or 4
/// columns, or is a constant of a few columns, which is kept a second time, column by column.
std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout,
                                    std::size_t begin, const VectorMachine& machine = {});

}  // namespace deft
