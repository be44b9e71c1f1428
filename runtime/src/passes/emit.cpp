#include <algorithm>

#include "draft.hpp"

namespace deft {
namespace {

/// A rough time for a kernel, to tell work that is worth a handover between threads from work that
/// is not: 4 GFLOP/s and 10 GB/s, and what a call costs.
float estimate(const Draft& draft, std::size_t at) {
  double bytes = 0;
  for (const ValueId input : draft.inputs_of(at))
    bytes += static_cast<double>(draft.specs[input].shape.num_bytes(draft.specs[input].dtype));
  for (const TensorSpec& output : draft.outputs(at))
    bytes += static_cast<double>(output.shape.num_bytes(output.dtype));
  const double flops = draft.kernels[at].flops;
  return static_cast<float>(0.02 + std::max(flops / 4e3, bytes / 10e3));
}

void emit_arguments(const Draft& draft, std::size_t at, Instruction& instruction, Plan& plan) {
  instruction.first_arg = static_cast<std::uint32_t>(plan.args.size());
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    plan.args.push_back(draft.node(at).op->needs_value(i) ? draft.roots[inputs[i]] : none);
  instruction.num_inputs = static_cast<std::uint32_t>(inputs.size());
  for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
    plan.args.push_back(draft.roots[output]);
}

/// For every instruction, those that it waits for.
struct Predecessors {
  std::vector<std::uint32_t> first{0};  // of instruction i: all[first[i] ... first[i + 1]]
  std::vector<std::uint32_t> all;

  void add(std::span<const std::uint32_t> waits) {
    all.insert(all.end(), waits.begin(), waits.end());
    first.push_back(static_cast<std::uint32_t>(all.size()));
  }
  std::span<const std::uint32_t> of(std::size_t instruction) const {
    return {all.data() + first[instruction], first[instruction + 1] - first[instruction]};
  }
};

/// Turns predecessors into counts and lists of successors, and measures the longest chain.
void link(const Predecessors& before, Plan& plan) {
  const std::size_t size = plan.instructions.size();
  std::vector<std::uint32_t> first(size + 1, 0);
  for (const std::uint32_t from : before.all) ++first[from + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  plan.successors.resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  std::vector<double> finished(size, 0);
  for (std::uint32_t to = 0; to < size; ++to) {
    Instruction& instruction = plan.instructions[to];
    instruction.first_successor = first[to];
    instruction.num_dependencies = static_cast<std::uint32_t>(before.of(to).size());
    for (const std::uint32_t from : before.of(to)) {
      plan.successors[next[from]++] = to;
      finished[to] = std::max(finished[to], finished[from]);
    }
    finished[to] += instruction.microseconds;
    plan.work_microseconds += instruction.microseconds;
    plan.span_microseconds = std::max(plan.span_microseconds, finished[to]);
  }
}

}  // namespace

std::string emit(const Draft& draft, Plan& plan) {
  // The instruction after which a position is done.
  std::vector<std::uint32_t> done_by(draft.order.size(), none);
  Predecessors before;
  std::vector<std::uint32_t> waits;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at]) continue;
    waits.clear();
    for (const std::uint32_t position : draft.waits_of(at))
      if (done_by[position] != none) waits.push_back(done_by[position]);
    std::sort(waits.begin(), waits.end());
    waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
    const Kernel& kernel = draft.kernels[at];
    if (kernel.run == nullptr && waits.size() <= 1) {  // nothing to run and nothing to join
      if (!waits.empty()) done_by[at] = waits[0];
      continue;
    }
    Instruction instruction;
    instruction.node = draft.order[at];
    if (kernel.run != nullptr) {
      instruction.run = kernel.run;
      instruction.finish = kernel.finish;
      instruction.state = kernel.state.get();
      instruction.blocks = kernel.blocks;
      instruction.scratch_offset = take_arena(draft, plan, instruction.node, kernel.scratch_bytes);
      instruction.microseconds = estimate(draft, at);
      plan.kernel_states.push_back(kernel.state);
      emit_arguments(draft, at, instruction, plan);
    }
    done_by[at] = static_cast<std::uint32_t>(plan.instructions.size());
    plan.instructions.push_back(instruction);
    before.add(waits);
  }
  link(before, plan);
  return std::to_string(plan.instructions.size()) + " instructions";
}

}  // namespace deft
