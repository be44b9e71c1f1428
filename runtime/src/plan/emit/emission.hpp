#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lists.hpp"
#include "plan/draft.hpp"

namespace deft {

/// What `emit` knows of the instructions and no run needs: for the passes that follow upon it.
struct Emission {
  std::vector<ValueId> roots;           // by value: whose bytes it has
  Lists before;                         // by instruction: the earlier ones that it waits for
  std::vector<std::uint32_t> in_place;  // by instruction, as Kernel::in_place

  // Scratch in the arena: (instruction, bytes), ascending.
  std::vector<std::pair<std::uint32_t, std::size_t>> scratch;
  std::size_t thread_scratch = 0;         // bytes of a thread, for all its instructions
  std::uint32_t most_thread_scratch = 0;  // the instruction that asks for as many
  std::vector<std::pair<std::size_t, std::uint32_t>> heap;  // (Kernel::heap_bytes, instruction)
};

// The last passes: see draft.hpp.

/// Prepares the kernels: the plan's instructions with their arguments.
std::string emit(Draft& draft, Emission& emission, Plan& plan);

/// Fills who waits for whom, and what the plan costs: whether several threads pay.
std::string schedule(const Draft& draft, const Emission& emission, Plan& plan);

/// Gives every value of the plan its storage.
std::string plan_memory(Draft& draft, const Emission& emission, Plan& plan);

}  // namespace deft
