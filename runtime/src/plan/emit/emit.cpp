#include <algorithm>
#include <numeric>
#include <utility>

#include "emission.hpp"
#include "emission_order.hpp"
#include "kernels/blocks.hpp"
#include "plan/facts.hpp"
#include "plan/prepare.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// Two processes of one machine need that long to hear from each other.
constexpr float vote_nanoseconds = 100e3;

double bytes_of(const TensorSpec& spec) {
  return static_cast<double>(spec.shape.num_elements()) * static_cast<double>(size_of(spec.dtype));
}

/// A rough time for a kernel whose operands have so many bytes, on one thread, to tell work that is
/// worth a handover between threads from work that is not: 40 flops, and 32 (of a small working
/// set) or 12 bytes a nanosecond. A kernel that states no flops may be a user's that takes long.
float estimate(const Kernel& kernel, double operands) {
  constexpr double call = 3;
  constexpr double unknown = 50e3;
  constexpr double cached_bytes = 1e6;
  const double bytes = kernel.bytes < 0 ? operands : kernel.bytes;
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

/// Writes a plan's instructions, position by position.
class Emitter {
 public:
  Emitter(Draft& draft, Emission& emission, Plan& plan)
      : draft_(draft),
        made_(emission),
        plan_(plan),
        computed_(draft.specs.size(), false),
        is_variable_(draft.specs.size(), false),
        done_by_(draft.order.size(), none) {
    made_.roots.resize(draft.specs.size());
    std::iota(made_.roots.begin(), made_.roots.end(), ValueId{0});
    made_.before.reserve(draft.order.size(), draft.waits.all().size());
    made_.in_place.reserve(draft.order.size());
    plan.instructions.reserve(draft.order.size());
    plan.args.reserve(draft.inputs.all().size() + draft.specs.size());
  }

  /// Returns how many positions only rename what they read.
  std::size_t run() {
    std::size_t renamed = 0;
    for_each_in_order(draft_, [&](std::uint32_t at) {
      check_interrupt(draft_, at);
      if (const std::uint32_t group = group_at(draft_, at); group != none)
        renamed += emit_group(draft_.groups[group]);
      else if (emit_operation(at))
        ++renamed;
    });
    for (std::size_t at = 0; at < draft_.order.size(); ++at)
      if (!draft_.needed[at]) take_over(at);
    if (draft_.step_group) emit_vote();
    return renamed;
  }

 private:
  void emit_arguments(std::size_t at) {
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      plan_.args.push_back(draft_.op(at).needs_value(i) ? made_.roots[inputs[i]] : none);
    for (ValueId output = draft_.first_value[at]; output < draft_.first_value[at + 1]; ++output)
      plan_.args.push_back(made_.roots[output]);
  }

  /// The instructions after which positions `members` may be computed, each once.
  std::vector<std::uint32_t> instructions_before(std::span<const std::uint32_t> members) const {
    std::vector<std::uint32_t> before;
    for (const std::uint32_t at : members)
      for (const std::uint32_t waited_for : draft_.waits_of(at))
        if (done_by_[waited_for] != none) before.push_back(done_by_[waited_for]);
    sort_and_unite(before);
    return before;
  }

  /// Scratch of an instruction of one block, which one thread executes, is that thread's; others
  /// have it in the arena.
  void add_scratch(const Kernel& kernel, std::uint32_t index, Instruction& instruction) {
    std::size_t of_thread = whole_lines(kernel.thread_scratch_bytes);
    if (kernel.scratch_bytes != 0 && kernel.blocks == 1) {
      instruction.scratch_of_thread = true;
      instruction.scratch_offset = of_thread;
      of_thread += whole_lines(kernel.scratch_bytes);
    } else if (kernel.scratch_bytes != 0) {
      made_.scratch.emplace_back(index, kernel.scratch_bytes);
    }
    if (of_thread <= made_.thread_scratch) return;
    made_.thread_scratch = of_thread;
    made_.most_thread_scratch = index;
  }

  /// An instruction without arguments as yet, for position `at`.
  std::uint32_t append_instruction(std::size_t at, const Kernel& kernel,
                                   std::span<const std::uint32_t> before) {
    const auto index = static_cast<std::uint32_t>(plan_.instructions.size());
    Instruction instruction;
    instruction.run = [](const void*, const KernelArgs&, std::int64_t, std::int64_t) {};  // a join
    instruction.node = draft_.order[at];
    instruction.first_arg = static_cast<std::uint32_t>(plan_.args.size());
    if (kernel.run != nullptr) {
      instruction.run = kernel.run;
      instruction.finish = kernel.finish;
      instruction.state = kernel.state.get();
      instruction.blocks = kernel.blocks;
      add_scratch(kernel, index, instruction);
      if (kernel.heap_bytes != 0) made_.heap.emplace_back(kernel.heap_bytes, index);
      if (kernel.state) plan_.kernel_states.push_back(kernel.state);
      if (!kernel.partials.empty() && kernel.blocks > 1) plan_.partials[index] = kernel.partials;
    }
    made_.in_place.push_back(kernel.in_place);
    made_.before.append(before);
    plan_.instructions.push_back(instruction);
    return index;
  }

  /// Notes the ops of positions `members`, which are one instruction, if another op has taken the
  /// place of the op of a node.
  void note_ops(std::span<const std::uint32_t> members, std::uint32_t instruction) {
    const auto is_nodes = [&](std::uint32_t at) { return &draft_.op(at) == draft_.node(at).op; };
    if (std::ranges::all_of(members, is_nodes)) return;
    auto& ops = plan_.other_ops[instruction];
    for (const std::uint32_t at : members) ops.push_back(&draft_.op(at));
  }

  void note_variable(std::size_t at) {
    if (draft_.op(at).effect == Effect::writes_variable)
      is_variable_[draft_.first_value[at]] = true;
  }

  void emit_instruction(std::uint32_t at, const Kernel& kernel,
                        std::span<const std::uint32_t> before) {
    done_by_[at] = append_instruction(at, kernel, before);
    note_ops({&at, 1}, done_by_[at]);
    if (kernel.run == nullptr) return;
    Instruction& instruction = plan_.instructions.back();
    instruction.nanoseconds = estimate(draft_, at, kernel);
    instruction.num_inputs = static_cast<std::uint32_t>(draft_.inputs_of(at).size());
    emit_arguments(at);
    for (ValueId output = draft_.first_value[at]; output < draft_.first_value[at + 1]; ++output)
      computed_[output] = true;
    note_variable(at);
  }

  /// True if the bytes of `value`, made in this plan, may become those of a variable without a
  /// copy.
  bool can_become_variable(ValueId value) const { return computed_[value] && !is_variable_[value]; }

  /// Lets the outputs of position `at` share the bytes of inputs, if all that its kernel does is to
  /// rename or copy them.
  bool rename(std::size_t at, Kernel& kernel) {
    if (!kernel.forwards && kernel.copies < 0) return false;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    const ValueId first = draft_.first_value[at];
    if (kernel.forwards) {
      for (std::size_t i = 0; i < draft_.outputs(at).size(); ++i)
        made_.roots[first + i] = made_.roots[inputs[i]];
    } else {
      const ValueId root = made_.roots[inputs[static_cast<std::size_t>(kernel.copies)]];
      if (!can_become_variable(root)) return false;
      is_variable_[root] = true;
      made_.roots[first] = root;
    }
    kernel = Kernel{};
    return true;
  }

  /// For position `at`, which is not computed: its values have the bytes of those that have taken
  /// their place.
  void take_over(std::size_t at) {
    if (draft_.same_as.empty()) return;
    for (ValueId value = draft_.first_value[at]; value < draft_.first_value[at + 1]; ++value)
      made_.roots[value] = made_.roots[resolved(draft_, value)];
  }

  /// What is left to do for position `at`: its kernel, or at least to wait for what it waits for.
  void emit_prepared(std::uint32_t at, const Kernel& kernel) {
    const std::vector<std::uint32_t> before = instructions_before({&at, 1});
    if (kernel.run != nullptr || before.size() > 1)
      emit_instruction(at, kernel, before);
    else if (!before.empty())
      done_by_[at] = before.front();  // nothing to run and nothing to join
  }

  Kernel take_kernel(std::uint32_t at) {
    if (is_source(draft_.op(at))) return {};
    if (auto known = draft_.prepared.extract(at)) return std::move(known.mapped());
    return prepare_kernel(draft_, at);
  }

  /// Emits one operation; true if it only renames its input.
  bool emit_operation(std::uint32_t at) {
    Kernel kernel = take_kernel(at);
    const bool renamed = rename(at, kernel);
    emit_prepared(at, kernel);
    return renamed;
  }

  /// Emits a member of a group whose value has the bytes of the value that it reads. But for an
  /// assign its own kernel is not asked: it might copy, and what it reads may exist within the
  /// group alone. True if the member only renames its input.
  bool emit_renaming(std::uint32_t at) {
    if (draft_.op(at).effect == Effect::writes_variable) return emit_operation(at);
    made_.roots[draft_.first_value[at]] = made_.roots[value_read(draft_, at)];
    emit_prepared(at, {});
    return true;
  }

  /// The instruction is that of the last member, or of the leader: no other kernel of a group may
  /// fail.
  void emit_kernel(const FusedGroupDraft& group) {
    Members computing;
    for (const std::uint32_t at : group.members)
      if (std::ranges::find(group.renamings, at) == group.renamings.end()) computing.push_back(at);
    const std::vector<std::uint32_t> before = instructions_before(group.members);
    const std::uint32_t node = group.leader != none ? group.leader : computing.back();
    const std::uint32_t index = append_instruction(node, group.kernel, before);
    for (const std::uint32_t at : computing) done_by_[at] = index;
    Instruction& instruction = plan_.instructions.back();
    instruction.nanoseconds = estimate(draft_, group);
    instruction.num_inputs = static_cast<std::uint32_t>(group.inputs.size());
    for (const ValueId input : group.inputs) plan_.args.push_back(made_.roots[input]);
    for (const ValueId output : group.outputs) {
      plan_.args.push_back(made_.roots[output]);
      computed_[output] = true;
    }
    auto& nodes = plan_.fused_nodes[index];
    for (const std::uint32_t at : computing) {
      nodes.push_back(draft_.order[at]);
      note_variable(at);
    }
    note_ops(computing, index);
  }

  /// Emits the group's instruction, then the members that rename its values; returns how many
  /// members do nothing else.
  std::size_t emit_group(const FusedGroupDraft& group) {
    emit_kernel(group);
    std::size_t renamed = 0;
    for (const std::uint32_t at : group.renamings) renamed += emit_renaming(at) ? 1 : 0;
    return renamed;
  }

  /// The step of a group ends when all its processes have come to the end of theirs.
  void emit_vote() {
    std::vector<std::uint32_t> all(plan_.instructions.size());
    std::iota(all.begin(), all.end(), std::uint32_t{0});
    std::uint32_t last = 0;  // of the operations that they do together
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at)
      if (draft_.needed[at] && draft_.op(at).group != nullptr) last = at;
    const auto vote = [group = draft_.step_group](const KernelArgs& args) { group->vote(args); };
    append_instruction(last, make_kernel(vote), all);
    plan_.instructions.back().nanoseconds = vote_nanoseconds;
  }

  Draft& draft_;
  Emission& made_;
  Plan& plan_;
  std::vector<bool> computed_;          // by value: an instruction makes it
  std::vector<bool> is_variable_;       // by value: it is what a variable will be
  std::vector<std::uint32_t> done_by_;  // by position: the instruction after which it is done
};

}  // namespace

std::string emit(Draft& draft, Emission& emission, Plan& plan) {
  const std::size_t renamed = Emitter(draft, emission, plan).run();
  return count_text(plan.instructions.size(), "instruction") +
         "; renamed inputs: " + std::to_string(renamed);
}

}  // namespace deft
