#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fused/code/code_tile.hpp"
#include "fused/fused_layout.hpp"
#include "row_pass.hpp"

namespace deft {

/// Some steps of a group, one after the other, as a program for one pass over the rows of a tile.
struct FusedPass {
  struct Instruction {  // see PassInstruction
    PassCode code;
    bool repeated = false;
    std::uint8_t columns = 1;
    std::uint8_t first_sum = 0;
    std::int64_t column = 0;
    std::uint32_t x = 0;  // numbers of pointers, any where none is needed
    std::uint32_t y = 0;
  };

  static constexpr std::size_t most_instructions = 40;  // they are on the stack of a run

  DType dtype = DType::f32;
  std::size_t end = 0;            // the first step behind it
  std::int64_t row_elements = 1;  // of results; where rows are long, each is a pass of its own
  std::vector<Instruction> program;
  TileCode tile;
};

/// The longest pass that begins with step `begin`; nothing if it has less than two steps, or the
/// group few rows. Known are the functions of PassInstruction, and where results have one element
/// per row products of a column, or a constant matrix that is packed, with a matrix of a single
/// column.
std::optional<FusedPass> fused_pass(const FusedProgram& program, const FusedLayout& layout,
                                    std::size_t begin);

std::unique_ptr<FusedTile> pass_tile(FusedPass pass, std::int64_t tile_rows);

}  // namespace deft
