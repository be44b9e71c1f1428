#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <deft/collectives/communicator.hpp>
#include <deft/collectives/reduce.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/op_def.hpp>

#include "algorithms/algorithm.hpp"

namespace deft::collectives {

/// OpDef::group of all operations here, whose attribute "group" is Communicator::id.
std::shared_ptr<StepGroup> group_of(const Attributes& attributes);

/// The attribute "reduce".
Reduce reduce_of(const Attributes& attributes);

/// The parts of a collective whose memory holds input 0, then output 0.
void copy_in(const KernelArgs& args, std::span<std::byte> memory);
void copy_out(const KernelArgs& args, std::span<const std::byte> memory);

/// Makes an algorithm over `memory`, which outlives it.
using MakeAlgorithm = std::function<std::unique_ptr<Algorithm>(
    Transport& transport, std::span<std::byte> memory, std::uint32_t tag)>;

/// What a collective does beside its algorithm.
struct CollectiveParts {
  std::size_t bytes = 0;  // of the algorithm's memory
  MakeAlgorithm make;
  std::function<void(const KernelArgs& args, std::span<std::byte> memory)> before;
  std::function<void(const KernelArgs& args, std::span<const std::byte> memory)> after;
};

/// The kernel of an operation whose attributes name the group. Throws Refusal if nobody has it.
Kernel collective_kernel(const KernelContext& context, CollectiveParts parts);

}  // namespace deft::collectives
