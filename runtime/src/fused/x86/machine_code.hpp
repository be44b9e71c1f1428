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

/// An instruction set that machine code can be written for.
struct MachineTarget {
  VectorMachine machine;

  /// Each sum waits for the one before it, so that those of several tiles, of `tile_rows` rows
  /// each, are taken at a time; 0: tiles have any number of rows, and are taken one by one. Without
  /// functions if the system grants no executable memory.
  MachineCode (*assemble)(const VectorCode& code, std::int64_t tile_rows);
};

/// AVX-512 (F, DQ, BW, VL) and BMI2. Null if deft was built without Xbyak.
const MachineTarget* avx512_target();

/// AVX2 and FMA. Null if deft was built without Xbyak.
const MachineTarget* avx2_target();

}  // namespace deft
