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

  Function run = nullptr;  // lives as long as `memory`
  std::shared_ptr<const void> memory;
};

/// Machine code for AVX-512 (F, DQ, BW, VL) and BMI2. Without a function if the system grants no
/// executable memory, and if deft was built without Xbyak.
MachineCode assemble(const VectorCode& code);

/// Sums that a VectorCode for `assemble` may have: they keep registers.
constexpr std::size_t most_sums = 12;

}  // namespace deft
