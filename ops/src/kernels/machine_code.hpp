#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "vector_code.hpp"

namespace deft {

/// A function in memory that may be executed and not written.
struct MachineCode {
  /// Goes over rows, `bytes` / element_bytes of them. `pointers`: those of the VectorCode, at the
  /// first of the rows where they move.
  using Function = void (*)(std::byte* const* pointers, std::int64_t bytes);

  Function run = nullptr;        // these live as long as `memory`
  Function run_tiles = nullptr;  // over the rows of `tiles` whole tiles side by side
  int tiles = 1;                 // 1: run_tiles is null
  std::shared_ptr<const void> memory;
};

/// False if deft was built without Xbyak.
bool can_assemble();

/// Machine code for AVX-512 (F, DQ, BW, VL) and BMI2. Each sum waits for the one before it, so that
/// those of several tiles, of `tile_rows` rows each, are taken at a time. Without a function if the
/// system grants no executable memory, and if deft was built without Xbyak.
MachineCode assemble(const VectorCode& code, std::int64_t tile_rows);

/// Sums that a VectorCode for `assemble` may have: they keep registers.
constexpr std::size_t most_sums = 12;

}  // namespace deft
