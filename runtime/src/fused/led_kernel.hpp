#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fused_program.hpp"

namespace deft {

/// What makes rows for a group block by block: a large product.
struct Leader {
  Kernel kernel;  // of one output; its `rows_per_block` is not 0
  std::int64_t rows = 0;
  std::size_t row_bytes = 0;
  std::vector<std::uint32_t> inputs;  // of the leader, as numbers of inputs of the led kernel
  std::uint32_t handed = 0;           // the input of the program that the leader makes
  std::int64_t output = -1;  // its number among the outputs of the led kernel, if it is one
};

/// Whether a group should follow: its rows are made, a block of them stays in a cache, and as many
/// `threads` as before find work.
bool can_lead(const Leader& leader, int threads);

/// A leader and a group behind it as one kernel: every block of rows goes through the group while
/// it is in the cache. Inputs are those of the program without the one that the leader makes, then
/// those that the leader alone reads; outputs those of the program, then perhaps the leader's. The
/// program has a multiple of the leader's rows, and no step that reduces rows to something else.
Kernel led_kernel(Leader leader, FusedProgram program, bool generate_code);

}  // namespace deft
