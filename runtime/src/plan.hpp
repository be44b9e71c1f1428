#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// A tensor that a plan knows of, numbered from 0.
using ValueId = std::uint32_t;
inline constexpr std::uint32_t none = 0xffffffffU;

/// A feed as the plan cache knows it: the placeholder and the concrete shape.
struct FeedSpec {
  Endpoint placeholder;
  Shape shape;
};

/// What a plan is made for.
struct PlanRequest {
  std::vector<Endpoint> fetches;
  std::vector<FeedSpec> feeds;
  SourceLocation where;
};

/// One kernel of a step, ready to be called. Its arguments are Frame::args[first_arg ...]: inputs,
/// then outputs.
struct Instruction {
  Kernel::Run run = nullptr;  // null: only joins what it waits for
  Kernel::Finish finish = nullptr;
  const void* state = nullptr;
  std::int64_t blocks = 1;
  std::size_t scratch_offset = 0;  // in the arena
  std::uint32_t first_arg = 0;
  std::uint32_t num_inputs = 0;
  std::uint32_t first_successor = 0;  // in Plan::successors; up to the next instruction's
  std::uint32_t num_dependencies = 0;
  NodeId node = 0;
  float microseconds = 0;  // estimated from flops and bytes
};

/// Where the bytes of a value are.
enum class Storage : std::uint8_t {
  unused,
  arena,     // at an offset of the frame's arena
  constant,  // in the graph
  feed,      // in the caller's tensor
  variable,  // in the session: the value at the start of the step
  next,      // in the frame: the value that a variable has after the step
  result,    // in the frame: fetched, in a tensor of its own
};

struct Value {
  ValueId root = none;  // the value whose bytes these are: itself, or the one that it renames
  Storage storage = Storage::unused;
  std::size_t place =
      0;  // arena: offset; constant, feed, result: index; variable, next: index in Plan::variables
};

/// A variable that a plan reads or writes.
struct PlanVariable {
  NodeId node = 0;
  TensorSpec spec;
  ValueId start = none;  // its value at the start of a step, if that is read
  ValueId final = none;  // the output of its last assign
};

/// A value that leaves a run, or a buffer for it.
struct PlanOutput {
  ValueId value = none;  // none: of an operation without output
  TensorSpec spec;
  NodeId node = 0;  // that was fetched
};

/// A run made ready: flat arrays that many runs share, never changed after `compile`.
struct Plan {
  Graph graph;                            // keeps constants alive
  std::vector<Instruction> instructions;  // in an order in which they can run
  std::vector<std::uint32_t> successors;
  std::vector<Value> values;
  std::vector<ValueId>
      args;  // the root value of every argument of every instruction; none: only its shape matters
  std::vector<std::uint32_t>
      first_use;  // value v is argument uses[first_use[v] ... first_use[v + 1]]
  std::vector<std::uint32_t> uses;
  std::vector<const Tensor*> constants;
  std::vector<ValueId> feeds;       // of the request's feeds, in order; none: not needed
  std::vector<PlanOutput> fetches;  // of the request's fetches, in order
  std::vector<PlanOutput> results;  // the values of Storage::result
  std::vector<PlanVariable> variables;
  std::vector<std::shared_ptr<const void>> kernel_states;
  std::size_t arena_bytes = 0;
  std::size_t largest_bytes = 0;  // of the arena for one node,
  NodeId largest = 0;             // namely this one: for the error if memory is refused
  double work_microseconds = 0;   // of all instructions
  double span_microseconds = 0;   // of the longest chain
  bool writes = false;

  std::span<const std::uint32_t> successors_of(std::size_t instruction) const {
    const std::size_t first = instructions[instruction].first_successor;
    const std::size_t last = instruction + 1 < instructions.size()
                                 ? instructions[instruction + 1].first_successor
                                 : successors.size();
    return {successors.data() + first, last - first};
  }
};

/// Makes a plan. Throws RunError.
std::shared_ptr<const Plan> compile(const Graph& graph, const PlanRequest& request,
                                    const Logger& log);

}  // namespace deft
