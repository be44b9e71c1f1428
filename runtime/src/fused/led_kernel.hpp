#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fused_program.hpp"

namespace deft {

class CodeGenerator;

/// What makes rows block by block, of rows that a group makes or for a group that takes them: a
/// large product, or a convolution.
struct Leader {
  Kernel kernel;  // of one output; its `rows_per_block` is not 0
  std::int64_t rows = 0;
  std::size_t row_bytes = 0;
  std::vector<std::uint32_t> inputs;  // as those of a LedGroup
  std::int64_t output = -1;  // its number among the outputs of the led kernel, if it is one
};

/// A group before or behind a leader. Its program has a multiple of the leader's rows. It reduces
/// them to nothing else, but that the group behind the leader may have sums of zeros: other sums
/// ask for blocks of their own size.
struct LedGroup {
  /// As a number of an input: the rows that the group before the leader, or the leader, has made.
  static constexpr std::uint32_t handed = ~std::uint32_t{0};

  FusedProgram program;
  std::vector<std::uint32_t> inputs;  // of the program, as numbers of inputs of the led kernel
};

/// Whether a kernel can lead: its `rows` rows of `row_bytes` are made block by block, a block of
/// them stays in a cache, and as many `threads` as before find work.
bool can_lead(const Kernel& kernel, std::int64_t rows, std::size_t row_bytes, int threads);

/// Whether a group can make the rows of the kernel's input 0 block by block: the kernel reads them
/// so, what the group reads and makes for a block stays in a cache, and as many `threads` as before
/// find work. `widest` are the bytes of the largest value that the group reads or makes.
bool can_be_fed(const Kernel& kernel, std::size_t widest, int threads);

/// A leader with a group before it, one behind it or both, as one kernel: every block of rows goes
/// through all of them while it is in the cache. The group before the leader has one output, whose
/// rows the leader reads as input 0, block for block. Outputs are those of the group behind the
/// leader, then perhaps the leader's. `generator` as in fused_kernel.
Kernel led_kernel(Leader leader, std::optional<LedGroup> before, std::optional<LedGroup> behind,
                  CodeGenerator* generator);

}  // namespace deft
