#include <algorithm>

#include "draft.hpp"
#include "prepare.hpp"
#include "rewriting.hpp"

namespace deft {
namespace {

double bytes_of(const TensorSpec& spec) {
  return static_cast<double>(spec.shape.num_elements()) * static_cast<double>(size_of(spec.dtype));
}

/// A rough time for a kernel on one thread, to tell work that is worth a handover between threads
/// from work that is not: 40 flops, and 32 (of a small working set) or 12 bytes a nanosecond. A
/// kernel that states no flops may be a user's that takes long.
float estimate(const Draft& draft, std::size_t at, const Kernel& kernel) {
  constexpr double call = 3;
  constexpr double unknown = 50e3;
  constexpr double cached_bytes = 1e6;
  double bytes = 0;
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (draft.op(at).needs_value(i)) bytes += bytes_of(*draft.specs[inputs[i]]);
  for (const TensorSpec& output : draft.outputs(at)) bytes += bytes_of(output);
  const double transfer = bytes / (bytes < cached_bytes ? 32 : 12);
  const double arithmetic = kernel.flops < 0 ? unknown : kernel.flops / 40;
  return static_cast<float>(call + std::max({arithmetic, transfer, kernel.nanoseconds}));
}

void emit_arguments(const Draft& draft, std::size_t at, Plan& plan) {
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    plan.args.push_back(draft.op(at).needs_value(i) ? draft.roots[inputs[i]] : none);
  for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
    plan.args.push_back(draft.roots[output]);
}

/// The instruction that position `at` waits for, if that is at most one; else `none`, and true.
std::pair<std::uint32_t, bool> last_wait(const Draft& draft, std::size_t at) {
  std::uint32_t only = none;
  for (const std::uint32_t before : draft.waits_of(at)) {
    const std::uint32_t done = draft.done_by[before];
    if (done == none || done == only) continue;
    if (only != none) return {none, true};
    only = done;
  }
  return {only, false};
}

void emit_instruction(Draft& draft, std::size_t at, Kernel kernel, Plan& plan) {
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
    instruction.nanoseconds = estimate(draft, at, kernel);
    instruction.num_inputs = static_cast<std::uint32_t>(draft.inputs_of(at).size());
    emit_arguments(draft, at, plan);
    if (kernel.scratch_bytes != 0) draft.scratch.emplace_back(index, kernel.scratch_bytes);
    if (kernel.state) plan.kernel_states.push_back(std::move(kernel.state));
    for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
      draft.computed[output] = true;
  }
  draft.in_place.push_back(kernel.in_place);
  draft.done_by[at] = index;
  plan.instructions.push_back(instruction);
}

/// True if the bytes of `value`, made in this plan, may become those of a variable without a copy.
bool can_become_variable(const Draft& draft, ValueId value) {
  return draft.computed[value] && !draft.is_variable[value];
}

/// Lets output 0 of position `at` share the bytes of an input, if the kernel does no more than
/// that.
bool rename(Draft& draft, std::size_t at, Kernel& kernel) {
  if (!kernel.forwards && kernel.copies < 0) return false;
  const auto input = static_cast<std::size_t>(kernel.forwards ? 0 : kernel.copies);
  const ValueId root = draft.roots[draft.inputs_of(at)[input]];
  if (!kernel.forwards) {
    if (!can_become_variable(draft, root)) return false;
    draft.is_variable[root] = true;
  }
  draft.roots[draft.first_value[at]] = root;
  kernel = Kernel{};
  return true;
}

/// Where another value has taken the place of one that is not made, that has its bytes.
void take_over(Draft& draft, std::size_t at) {
  if (draft.same_as.empty()) return;
  for (ValueId value = draft.first_value[at]; value < draft.first_value[at + 1]; ++value)
    draft.roots[value] = draft.roots[resolved(draft, value)];
}

}  // namespace

std::string emit(Draft& draft, Plan& plan) {
  draft.roots.resize(draft.specs.size());
  for (ValueId value = 0; value < draft.specs.size(); ++value) draft.roots[value] = value;
  draft.computed.assign(draft.specs.size(), false);
  draft.is_variable.assign(draft.specs.size(), false);
  draft.done_by.assign(draft.order.size(), none);
  plan.instructions.reserve(draft.order.size());
  plan.args.reserve(draft.inputs.size() + draft.specs.size());
  std::size_t renamed = 0;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at]) {
      take_over(draft, at);
      continue;
    }
    Kernel kernel;
    if (!is_source(draft.op(at))) kernel = prepare_kernel(draft, at);
    if (rename(draft, at, kernel)) ++renamed;
    const auto [before, several] = last_wait(draft, at);
    if (kernel.run != nullptr || several)
      emit_instruction(draft, at, std::move(kernel), plan);
    else
      draft.done_by[at] = before;  // nothing to run and nothing to join
  }
  return std::to_string(plan.instructions.size()) + " instructions; " + std::to_string(renamed) +
         " nodes only rename their input";
}

}  // namespace deft
