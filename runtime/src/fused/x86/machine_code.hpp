#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "fused/code/vector_code.hpp"

namespace deft {

/// Functions in memory that may be executed and not written.
struct MachineCode {
  /// Goes over rows, `bytes` / element_bytes of them in each tile. `pointers`: those of the
  /// VectorCode, at the first of the rows where they move.
  using Function = void (*)(std::byte* const* pointers, std::int64_t bytes);
  static constexpr int most_tiles = 3;

  std::array<Function, most_tiles>
      run{};      // [i]: over i + 1 tiles side by side, whole ones if i > 0
  int tiles = 0;  // so many functions, which live as long as `memory`
  std::shared_ptr<const void> memory;
};

/// False if deft was built without Xbyak.
bool can_assemble();

/// Machine code for AVX-512 (F, DQ, BW, VL) and BMI2. Each sum waits for the one before it, so that
/// those of several tiles, of `tile_rows` rows each, are taken at a time. Without functions if the
/// system grants no executable memory, and if deft was built without Xbyak.
MachineCode assemble(const VectorCode& code, std::int64_t tile_rows);

/// Most sums that a VectorCode for `assemble` may have: each keeps a register.
constexpr std::size_t most_sums = 12;

}  // namespace deft
