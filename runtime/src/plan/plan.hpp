#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/step_group.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/explanation.hpp>
#include <deft/runtime/options.hpp>

namespace deft {

class RunInterrupt;

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
  const RunInterrupt* interrupt = nullptr;  // of the run that waits for the plan; may be null
};

/// Whether `verify` follows every pass unless somebody asks otherwise: in builds with assertions.
#ifdef NDEBUG
inline constexpr bool verifies_passes = false;
#else
inline constexpr bool verifies_passes = true;
#endif

/// What a session asks of its plans.
struct PlanOptions {
  int threads = 1;
  int cpus = 1;  // that the threads may use
  Optimizations optimizations = {};
  Numerics numerics = Numerics::exact;
  std::size_t memory_limit = 0;  // bytes; 0: none
  bool always_parallel = false;  // several threads even where they do not pay: for chaos
  bool verify = verifies_passes;
};

/// One kernel of a step, ready to be called. Its arguments are Frame::args[first_arg ...]: inputs,
/// then outputs, up to the next instruction's.
struct Instruction {
  Kernel::Run run = nullptr;        // never null: a mere join does nothing
  Kernel::Finish finish = nullptr;  // null: nothing to combine
  const void* state = nullptr;
  std::int64_t blocks = 1;
  std::size_t scratch_offset = 0;  // in the arena, for thread 0
  std::uint32_t first_arg = 0;
  std::uint32_t num_inputs = 0;
  NodeId node = 0;
  float nanoseconds = 0;           // estimated
  std::uint32_t split = none;      // in Plan::splits, if several threads may share its blocks
  bool scratch_of_thread = false;  // every thread has its own, as far apart as their scratch

  /// Computes all blocks, and combines what they leave.
  void execute(const KernelArgs& args) const {
    run(state, args, 0, blocks);
    combine(args);
  }
  void combine(const KernelArgs& args) const {
    if (finish != nullptr) finish(state, args);
  }
};

/// How the blocks of one instruction are dealt out: in chunks.
struct Split {
  std::int64_t blocks_per_chunk = 1;
  std::uint32_t chunks = 1;
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
  DType dtype = DType::f32;
  std::size_t place =
      0;  // arena: offset; constant, feed, result: index; variable, next: index in Plan::variables
  std::int64_t elements = 0;
};

/// The arguments that have to follow when a value moves: Plan::uses[first ... last].
struct Uses {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// A feed of the request.
struct PlanFeed {
  ValueId value = none;  // none: not needed
  Uses uses;
};

/// A variable that a plan reads or writes.
struct PlanVariable {
  NodeId node = 0;
  TensorSpec spec;
  ValueId start = none;  // its value at the start of a step, if that is read
  ValueId final = none;  // the output of its last assign
  Uses start_uses;
  Uses final_uses;
};

/// A value that leaves a run, or a buffer for it.
struct PlanOutput {
  ValueId value = none;  // none: of an operation without output
  TensorSpec spec;
  NodeId node = 0;  // that was fetched
  Uses uses;        // of a result's buffer
};

/// A run made ready: flat arrays that many runs share, never changed after `compile`.
struct Plan {
  Graph graph;                            // keeps constants alive
  std::vector<Instruction> instructions;  // in an order in which they can run
  std::vector<ValueId>
      args;  // the root value of every argument of every instruction; none: only its shape matters
  std::vector<std::uint32_t>
      first_successor;  // successors[first_successor[i] ... first_successor[i + 1]] wait for i
  std::vector<std::uint32_t> successors;
  std::vector<std::uint32_t> num_dependencies;  // by instruction
  std::vector<std::uint32_t> initial;           // instructions that wait for none
  std::vector<Split> splits;
  std::vector<Value> values;
  std::vector<std::uint32_t> uses;  // indices of args, see Uses
  std::vector<const Tensor*> constants;
  std::deque<Attributes>
      attributes;                   // of operations that are not the graph's; keep constants alive
  std::vector<PlanFeed> feeds;      // of the request, in order; then the fetches of `once`
  std::vector<PlanOutput> fetches;  // of the request, in order
  std::vector<PlanOutput> results;  // the values of Storage::result
  std::vector<PlanVariable> variables;
  /// What is the same in all steps of a run, to be computed before them; or null. Its feeds are
  /// those of the request, then the values of `once_variables`.
  std::shared_ptr<const Plan> once;
  std::vector<std::uint32_t> once_variables;  // indices of `variables`
  std::vector<Explanation::Rewrite> rewrites;
  std::map<std::uint32_t, std::vector<NodeId>> fused_nodes;  // by instruction: what it is made of
  /// By instruction: its ops, node by node, where one of them is not the op of its node.
  std::map<std::uint32_t, std::vector<const OpDef*>> other_ops;
  std::map<std::uint32_t, std::vector<Kernel::Partials>> partials;  // by instruction
  std::vector<std::shared_ptr<const void>> kernel_states;
  std::vector<std::pair<std::string, std::string>> passes;  // that made it, and what each did
  std::size_t arena_bytes = 0;
  /// In the arena: what the kernels of thread t use begins at offset + t * stride.
  std::size_t thread_scratch_offset = 0;
  std::size_t thread_scratch_stride = 0;
  std::size_t folded_bytes = 0;   // constants that the plan itself has computed
  std::size_t frame_bytes = 0;    // that a frame holds at most, with what a step allocates
  std::size_t peak_bytes = 0;     // of a run: arena, results, copies of variables, what kernels
                                  // allocate, and folded_bytes
  std::size_t largest_bytes = 0;  // of the peak: the most for one node
  NodeId largest = 0;             // this node, which the error names if memory is refused
  double work_nanoseconds = 0;    // of all instructions, estimated
  double gain_nanoseconds = 0;    // by which threads may shorten a step, estimated
  bool parallel = false;          // several threads may pay; else instructions run in order
  int lockstep = 1;               // so many threads may go through the instructions side by side;
                                  // 0: the session's memory_limit is too low for that
  bool writes = false;
  std::shared_ptr<StepGroup> step_group;  // whose processes take the steps together; or null
  std::uint64_t hash = 0;                 // of what a step computes, if there is a group

  /// The nodes that an instruction computes: one, or those of a fused group.
  std::span<const NodeId> nodes_of(std::uint32_t instruction) const {
    const auto fused = fused_nodes.find(instruction);
    if (fused == fused_nodes.end()) return {&instructions[instruction].node, 1};
    return fused->second;
  }
  /// The op of an instruction: "fused" for a group.
  std::string_view op_of(std::uint32_t instruction) const {
    if (fused_nodes.contains(instruction)) return "fused";
    return op_of_node(instruction, 0);
  }
  /// The op of nodes_of(instruction)[i].
  std::string_view op_of_node(std::uint32_t instruction, std::size_t i) const {
    const auto other = other_ops.find(instruction);
    if (other != other_ops.end()) return other->second[i]->name;
    return graph.node(nodes_of(instruction)[i]).op->name;
  }
  std::span<const std::uint32_t> successors_of(std::size_t instruction) const {
    const std::uint32_t first = first_successor[instruction];
    return {successors.data() + first, first_successor[instruction + 1] - first};
  }
  std::span<const ValueId> outputs_of(std::size_t instruction) const {
    const std::size_t first =
        instructions[instruction].first_arg + instructions[instruction].num_inputs;
    const std::size_t last = instruction + 1 < instructions.size()
                                 ? instructions[instruction + 1].first_arg
                                 : args.size();
    return {args.data() + first, last - first};
  }
};

/// Makes a plan. Throws RunError; and Interrupted when the request's interrupt is due.
std::shared_ptr<const Plan> compile(const Graph& graph, const PlanRequest& request,
                                    const PlanOptions& options, const Logger& log);

}  // namespace deft
