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

/// Writes the epilogues of a group, which share the arguments of one kernel with its first program.
class EpilogueWriter {
 public:
  using Written = FusedPrograms::Written;

  explicit EpilogueWriter(FusedGroupDraft& group) : group_(group) {
    for (std::uint32_t i = 0; i < group.inputs.size(); ++i) known_[group.inputs[i]] = {false, i};
    for (std::uint32_t i = 0; i < group.outputs.size(); ++i) known_[group.outputs[i]] = {true, i};
  }

  FusedProgram::Epilogue write(Written written) {
    FusedProgram::Epilogue epilogue{std::move(written.program), {}, {}};
    for (const ValueId input : written.inputs) epilogue.inputs.push_back(add_input(input));
    for (const ValueId output : written.outputs)
      epilogue.outputs.push_back(add_output(output).index);
    return epilogue;
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

FusedPrograms::FusedPrograms(const Draft& draft, const Streams& streams)
    : draft_(draft),
      streams_(streams),
      read_outside_(read_outside(draft, streams.makers())),
      known_(draft.specs.size()) {}

FusedPrograms::Written FusedPrograms::write_part(const Members& members) {
  Written made;
  made.program.rows = streams_[members[0]].rows;
  made.program.steps.reserve(members.size());
  ++written_;
  for (const std::uint32_t at : members) {
    FusedProgram::Step step{streams_[at].step, {}, draft_.outputs(at)[0]};
    step.operands.reserve(draft_.inputs_of(at).size());
    for (const ValueId input : draft_.inputs_of(at)) step.operands.push_back(operand(input, made));
    const ValueId result = draft_.first_value[at];
    known_[result] = {written_, {true, static_cast<std::uint32_t>(made.program.steps.size())}};
    if (read_outside_[result] || streams_[at].reduces) {
      step.output = static_cast<std::int64_t>(made.outputs.size());
      made.outputs.push_back(result);
    }
    made.program.steps.push_back(std::move(step));
  }
  made.program.num_outputs = made.outputs.size();
  return made;
}

/// What `value` is for the steps of the program that is being written: an input, if it is new.
FusedProgram::Operand FusedPrograms::operand(ValueId value, Written& program) {
  Known& known = known_[value];
  if (known.program != written_) {
    known = {written_, {false, static_cast<std::uint32_t>(program.inputs.size())}};
    program.inputs.push_back(value);
    program.program.inputs.push_back(
        {*draft_.specs[value], constant_at(draft_, streams_.makers()[value])});
  }
  return known.operand;
}

FusedProgram FusedPrograms::write(FusedGroupDraft& group) {
  Written main = write_part(group.parts[0]);
  group.inputs = std::move(main.inputs);
  group.outputs = std::move(main.outputs);
  if (group.parts.size() == 1) return std::move(main.program);
  EpilogueWriter writer(group);
  for (std::size_t i = 1; i < group.parts.size(); ++i)
    main.program.epilogues.push_back(writer.write(write_part(group.parts[i])));
  return std::move(main.program);
}

}  // namespace deft
