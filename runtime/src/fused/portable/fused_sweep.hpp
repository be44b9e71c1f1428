#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fused/code/code_tile.hpp"
#include "fused/fused_layout.hpp"
#include "row_sweep.hpp"

namespace deft {

/// Some steps of a group that follow upon each other, as one program: a sweep over the rows of a
/// tile, in which a result stays in registers for the next step.
struct FusedSweep {
  struct Instruction {  // see SweepInstruction
    SweepCode code;
    bool repeated = false;
    std::uint8_t columns = 1;
    std::uint8_t first_sum = 0;
    std::int64_t column = 0;
    std::uint32_t x = 0;  // numbers of pointers, any where none is needed
    std::uint32_t y = 0;
  };

  static constexpr std::size_t most_instructions = 40;  // they are on the stack of a run

  DType dtype = DType::f32;
  std::vector<Instruction> program;
  TileCode tile;
};

/// The longest sweep that begins with step `begin`; nothing if it has less than two steps, or the
/// group few rows. Known are the functions of SweepInstruction, and where results have one element
/// per row products of a column, or a constant matrix that is packed, with a matrix of a single
/// column.
std::optional<FusedSweep> fused_sweep(const FusedProgram& program, const FusedLayout& layout,
                                      std::size_t begin);

std::unique_ptr<FusedTile> sweep_tile(FusedSweep sweep, std::int64_t tile_rows);

}  // namespace deft
