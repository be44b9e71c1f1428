#include <algorithm>

#include "emission_order.hpp"
#include "kernels/blocks.hpp"
#include "plan/facts.hpp"
#include "plan/prepare.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

double bytes_of(const TensorSpec& spec) {
  return static_cast<double>(spec.shape.num_elements()) * static_cast<double>(size_of(spec.dtype));
}

/// A rough time for a kernel that reads and writes so many bytes, on one thread, to tell work that
/// is worth a handover between threads from work that is not: 40 flops, and 32 (of a small working
/// set) or 12 bytes a nanosecond. A kernel that states no flops may be a user's that takes long.
float estimate(const Kernel& kernel, double bytes) {
  constexpr double call = 3;
  constexpr double unknown = 50e3;
  constexpr double cached_bytes = 1e6;
  const double transfer = bytes / (bytes < cached_bytes ? 32 : 12);
  const double arithmetic = kernel.flops < 0 ? unknown : kernel.flops / 40;
  return static_cast<float>(call + std::max({arithmetic, transfer, kernel.nanoseconds}));
}

float estimate(const Draft& draft, std::size_t at, const Kernel& kernel) {
  double bytes = 0;
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (draft.op(at).needs_value(i)) bytes += bytes_of(*draft.specs[inputs[i]]);
  for (const TensorSpec& output : draft.outputs(at)) bytes += bytes_of(output);
  return estimate(kernel, bytes);
}

float estimate(const Draft& draft, const FusedGroupDraft& group) {
  double bytes = 0;
  for (const auto* values : {&group.inputs, &group.outputs})
    for (const ValueId value : *values) bytes += bytes_of(*draft.specs[value]);
  return estimate(group.kernel, bytes);
}

void emit_arguments(const Draft& draft, std::size_t at, Plan& plan) {
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    plan.args.push_back(draft.op(at).needs_value(i) ? draft.roots[inputs[i]] : none);
  for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
    plan.args.push_back(draft.roots[output]);
}

/// The instructions after which positions `members` may be computed, each once.
std::vector<std::uint32_t> instructions_before(const Draft& draft,
                                               std::span<const std::uint32_t> members) {
  std::vector<std::uint32_t> before;
  for (const std::uint32_t at : members)
    for (const std::uint32_t waited_for : draft.waits_of(at))
      if (draft.done_by[waited_for] != none) before.push_back(draft.done_by[waited_for]);
  std::ranges::sort(before);
  before.erase(std::unique(before.begin(), before.end()), before.end());
  return before;
}

/// Scratch of an instruction of one block, which one thread executes, is that thread's; others have
/// it in the arena.
void add_scratch(Draft& draft, const Kernel& kernel, std::uint32_t index,
                 Instruction& instruction) {
  std::size_t of_thread = whole_lines(kernel.thread_scratch_bytes);
  if (kernel.scratch_bytes != 0 && kernel.blocks == 1) {
    instruction.scratch_of_thread = true;
    instruction.scratch_offset = of_thread;
    of_thread += whole_lines(kernel.scratch_bytes);
  } else if (kernel.scratch_bytes != 0) {
    draft.scratch.emplace_back(index, kernel.scratch_bytes);
  }
  if (of_thread <= draft.thread_scratch) return;
  draft.thread_scratch = of_thread;
  draft.most_thread_scratch = index;
}

/// An instruction without arguments as yet, for position `at`.
std::uint32_t append_instruction(Draft& draft, std::size_t at, const Kernel& kernel,
                                 std::span<const std::uint32_t> before, Plan& plan) {
  const auto index = static_cast<std::uint32_t>(plan.instructions.size());
  Instruction instruction;
  instruction.run = [](const void*, const KernelArgs&, std::int64_t, std::int64_t) {};  // a join
  instruction.node = draft.order[at];
  instruction.first_arg = static_cast<std::uint32_t>(plan.args.size());
  if (kernel.run != nullptr) {
    instruction.run = kernel.run;
    instruction.finish = kernel.finish;
    instruction.state = kernel.state.get();
    instruction.blocks = kernel.blocks;
    add_scratch(draft, kernel, index, instruction);
    if (kernel.heap_bytes != 0) draft.heap.emplace_back(kernel.heap_bytes, index);
    if (kernel.state) plan.kernel_states.push_back(kernel.state);
    if (!kernel.partials.empty() && kernel.blocks > 1) plan.partials[index] = kernel.partials;
  }
  draft.in_place.push_back(kernel.in_place);
  draft.before.insert(draft.before.end(), before.begin(), before.end());
  draft.first_before.push_back(static_cast<std::uint32_t>(draft.before.size()));
  plan.instructions.push_back(instruction);
  return index;
}

/// Notes the ops of positions `members`, which are one instruction, if another op has taken the
/// place of the op of a node.
void note_ops(const Draft& draft, std::span<const std::uint32_t> members, std::uint32_t instruction,
              Plan& plan) {
  const auto is_nodes = [&](std::uint32_t at) { return &draft.op(at) == draft.node(at).op; };
  if (std::ranges::all_of(members, is_nodes)) return;
  auto& ops = plan.other_ops[instruction];
  for (const std::uint32_t at : members) ops.push_back(&draft.op(at));
}

void note_variable(Draft& draft, std::size_t at) {
  if (draft.op(at).effect == Effect::writes_variable)
    draft.is_variable[draft.first_value[at]] = true;
}

void emit_instruction(Draft& draft, std::uint32_t at, const Kernel& kernel,
                      std::span<const std::uint32_t> before, Plan& plan) {
  draft.done_by[at] = append_instruction(draft, at, kernel, before, plan);
  note_ops(draft, {&at, 1}, draft.done_by[at], plan);
  if (kernel.run == nullptr) return;
  Instruction& instruction = plan.instructions.back();
  instruction.nanoseconds = estimate(draft, at, kernel);
  instruction.num_inputs = static_cast<std::uint32_t>(draft.inputs_of(at).size());
  emit_arguments(draft, at, plan);
  for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
    draft.computed[output] = true;
  note_variable(draft, at);
}

/// True if the bytes of `value`, made in this plan, may become those of a variable without a copy.
bool can_become_variable(const Draft& draft, ValueId value) {
  return draft.computed[value] && !draft.is_variable[value];
}

/// Lets the outputs of position `at` share the bytes of inputs, if all that its kernel does is to
/// rename or copy them.
bool rename(Draft& draft, std::size_t at, Kernel& kernel) {
  if (!kernel.forwards && kernel.copies < 0) return false;
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  const ValueId first = draft.first_value[at];
  if (kernel.forwards) {
    for (std::size_t i = 0; i < draft.outputs(at).size(); ++i)
      draft.roots[first + i] = draft.roots[inputs[i]];
  } else {
    const ValueId root = draft.roots[inputs[static_cast<std::size_t>(kernel.copies)]];
    if (!can_become_variable(draft, root)) return false;
    draft.is_variable[root] = true;
    draft.roots[first] = root;
  }
  kernel = Kernel{};
  return true;
}

/// For position `at`, which is not computed: its values have the bytes of those that have taken
/// their place.
void take_over(Draft& draft, std::size_t at) {
  if (draft.same_as.empty()) return;
  for (ValueId value = draft.first_value[at]; value < draft.first_value[at + 1]; ++value)
    draft.roots[value] = draft.roots[resolved(draft, value)];
}

/// What is left to do for position `at`: its kernel, or at least to wait for what it waits for.
void emit_prepared(Draft& draft, std::uint32_t at, const Kernel& kernel, Plan& plan) {
  const std::vector<std::uint32_t> before = instructions_before(draft, {&at, 1});
  if (kernel.run != nullptr || before.size() > 1)
    emit_instruction(draft, at, kernel, before, plan);
  else if (!before.empty())
    draft.done_by[at] = before.front();  // nothing to run and nothing to join
}

Kernel take_kernel(Draft& draft, std::uint32_t at) {
  if (is_source(draft.op(at))) return {};
  if (auto known = draft.prepared.extract(at)) return std::move(known.mapped());
  return prepare_kernel(draft, at);
}

/// Emits one operation; true if it only renames its input.
bool emit_operation(Draft& draft, std::uint32_t at, Plan& plan) {
  Kernel kernel = take_kernel(draft, at);
  const bool renamed = rename(draft, at, kernel);
  emit_prepared(draft, at, kernel, plan);
  return renamed;
}

/// Emits a member of a group whose value has the bytes of the value that it reads. But for an
/// assign its own kernel is not asked: it might copy, and what it reads may exist within the group
/// alone. True if the member only renames its input.
bool emit_renaming(Draft& draft, std::uint32_t at, Plan& plan) {
  if (draft.op(at).effect == Effect::writes_variable) return emit_operation(draft, at, plan);
  draft.roots[draft.first_value[at]] = draft.roots[value_read(draft, at)];
  emit_prepared(draft, at, {}, plan);
  return true;
}

/// The instruction is that of the last member, or of the leader: no other kernel of a group may
/// fail.
void emit_kernel(Draft& draft, const FusedGroupDraft& group, Plan& plan) {
  Members computing;
  for (const std::uint32_t at : group.members)
    if (std::ranges::find(group.renamings, at) == group.renamings.end()) computing.push_back(at);
  const std::vector<std::uint32_t> before = instructions_before(draft, group.members);
  const std::uint32_t node = group.leader != none ? group.leader : computing.back();
  const std::uint32_t index = append_instruction(draft, node, group.kernel, before, plan);
  for (const std::uint32_t at : computing) draft.done_by[at] = index;
  Instruction& instruction = plan.instructions.back();
  instruction.nanoseconds = estimate(draft, group);
  instruction.num_inputs = static_cast<std::uint32_t>(group.inputs.size());
  for (const ValueId input : group.inputs) plan.args.push_back(draft.roots[input]);
  for (const ValueId output : group.outputs) {
    plan.args.push_back(draft.roots[output]);
    draft.computed[output] = true;
  }
  auto& nodes = plan.fused_nodes[index];
  for (const std::uint32_t at : computing) {
    nodes.push_back(draft.order[at]);
    note_variable(draft, at);
  }
  note_ops(draft, computing, index, plan);
}

/// Emits the group's instruction, then the members that rename its values; returns how many members
/// do nothing else.
std::size_t emit_group(Draft& draft, const FusedGroupDraft& group, Plan& plan) {
  emit_kernel(draft, group, plan);
  std::size_t renamed = 0;
  for (const std::uint32_t at : group.renamings) renamed += emit_renaming(draft, at, plan) ? 1 : 0;
  return renamed;
}

}  // namespace

std::string emit(Draft& draft, Plan& plan) {
  draft.roots.resize(draft.specs.size());
  for (ValueId value = 0; value < draft.specs.size(); ++value) draft.roots[value] = value;
  draft.computed.assign(draft.specs.size(), false);
  draft.is_variable.assign(draft.specs.size(), false);
  draft.done_by.assign(draft.order.size(), none);
  draft.first_before.reserve(draft.order.size() + 1);
  draft.first_before.assign(1, 0);
  draft.before.reserve(draft.waits.size());
  draft.in_place.reserve(draft.order.size());
  plan.instructions.reserve(draft.order.size());
  plan.args.reserve(draft.inputs.size() + draft.specs.size());
  std::size_t renamed = 0;
  for_each_in_order(draft, [&](std::uint32_t at) {
    check_interrupt(draft, at);
    if (const std::uint32_t group = group_at(draft, at); group != none)
      renamed += emit_group(draft, draft.groups[group], plan);
    else if (emit_operation(draft, at, plan))
      ++renamed;
  });
  for (std::size_t at = 0; at < draft.order.size(); ++at)
    if (!draft.needed[at]) take_over(draft, at);
  return count_text(plan.instructions.size(), "instruction") +
         "; renamed inputs: " + std::to_string(renamed);
}

}  // namespace deft
