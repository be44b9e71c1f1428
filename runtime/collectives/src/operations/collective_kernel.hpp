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

// The kernels of operations whose attributes name the group. They throw Refusal if nobody has it.

/// Does it all: `before`, the algorithm, `after`.
Kernel collective_kernel(const KernelContext& context, CollectiveParts parts);

/// Does `before`, and lets the lane do the algorithm while the step goes on. The output is a token
/// for `end_kernel`.
Kernel begin_kernel(const KernelContext& context, CollectiveParts parts);

/// Waits for the collective whose token is input 0, and does its `after`.
Kernel end_kernel();

/// What tokens are: i64 scalars that mean something within a step alone.
TensorSpec token_spec();

}  // namespace deft::collectives
