#include "fused_programs.hpp"

#include <unordered_map>

namespace deft {
namespace {

/// What runs as one program, by position: a group's members that go over rows, or one of its
/// epilogues; an operation by itself.
std::vector<std::uint32_t> programs_of(const Draft& draft) {
  std::vector<std::uint32_t> programs(draft.order.size());
  for (std::uint32_t at = 0; at < programs.size(); ++at) programs[at] = at;
  for (const FusedGroupDraft& group : draft.groups)
    for (const Members& part : group.parts)
      for (const std::uint32_t at : part) programs[at] = part.front();
  return programs;
}

/// Which values are read by another program than their own, or leave the run.
std::vector<bool> read_outside(const Draft& draft, const Makers& makers) {
  const std::vector<std::uint32_t> programs = programs_of(draft);
  std::vector<bool> outside(draft.specs.size(), false);
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; draft.needed[at] && i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i) && programs[at] != programs[makers[inputs[i]]])
        outside[inputs[i]] = true;
  }
  for (const DraftFetch& fetch : draft.fetches)
    if (fetch.value != none) outside[resolved(draft, fetch.value)] = true;
  return outside;
}

/// A program with the values that are its inputs and outputs.
struct Written {
  FusedProgram program;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
};

Written write_program(const Draft& draft, const Streams& streams, const std::vector<bool>& outside,
                      const Members& members) {
  Written made;
  std::unordered_map<ValueId, FusedProgram::Operand> known;
  made.program.rows = streams[members[0]].rows;
  for (const std::uint32_t at : members) {
    FusedProgram::Step step{streams[at].step, {}, draft.outputs(at)[0]};
    for (const ValueId input : draft.inputs_of(at)) {
      const auto [found, is_new] = known.try_emplace(
          input, FusedProgram::Operand{false, static_cast<std::uint32_t>(made.inputs.size())});
      if (is_new) {
        made.inputs.push_back(input);
        made.program.inputs.push_back(
            {*draft.specs[input], constant_at(draft, streams.makers()[input])});
      }
      step.operands.push_back(found->second);
    }
    const ValueId result = draft.first_value[at];
    known[result] = {true, static_cast<std::uint32_t>(made.program.steps.size())};
    if (outside[result] || streams[at].reduces) {
      step.output = static_cast<std::int64_t>(made.outputs.size());
      made.outputs.push_back(result);
    }
    made.program.steps.push_back(std::move(step));
  }
  made.program.num_outputs = made.outputs.size();
  return made;
}

/// Puts a program and its epilogues together: they share the arguments of one kernel.
class GroupWriter {
 public:
  GroupWriter(FusedGroupDraft& group, Written main) : group_(group) {
    group.program = std::move(main.program);
    for (const ValueId input : main.inputs) add_input(input);
    for (const ValueId output : main.outputs) add_output(output);
  }

  void add_epilogue(Written written) {
    FusedProgram::Epilogue epilogue{std::move(written.program), {}, {}};
    for (const ValueId input : written.inputs) epilogue.inputs.push_back(add_input(input));
    for (const ValueId output : written.outputs)
      epilogue.outputs.push_back(add_output(output).index);
    group_.program.epilogues.push_back(std::move(epilogue));
  }

 private:
  using Argument = FusedProgram::Epilogue::Argument;

  Argument add_input(ValueId value) {
    const auto [found, is_new] = known_.try_emplace(
        value, Argument{false, static_cast<std::uint32_t>(group_.inputs.size())});
    if (is_new) group_.inputs.push_back(value);
    return found->second;
  }

  Argument add_output(ValueId value) {
    const Argument made{true, static_cast<std::uint32_t>(group_.outputs.size())};
    group_.outputs.push_back(value);
    return known_[value] = made;
  }

  FusedGroupDraft& group_;
  std::unordered_map<ValueId, Argument> known_;
};

}  // namespace

void write_programs(Draft& draft, const Streams& streams) {
  const std::vector<bool> outside = read_outside(draft, streams.makers());
  for (FusedGroupDraft& group : draft.groups) {
    GroupWriter writer(group, write_program(draft, streams, outside, group.parts[0]));
    for (std::size_t i = 1; i < group.parts.size(); ++i)
      writer.add_epilogue(write_program(draft, streams, outside, group.parts[i]));
  }
}

}  // namespace deft
