#include "fused_programs.hpp"

#include <algorithm>
#include <unordered_map>

#include "plan/facts.hpp"

namespace deft {
namespace {

/// What runs as one program, by position: a group's members that go over rows, or one of its
/// epilogues; an operation by itself.
std::vector<std::uint32_t> programs_of(const Draft& draft) {
  std::vector<std::uint32_t> programs(draft.order.size());
  for (std::uint32_t at = 0; at < programs.size(); ++at) programs[at] = at;
  for (const FusedGroupDraft& group : draft.groups) {
    for (const std::uint32_t at : group.feeding) programs[at] = group.feeding.front();
    for (const Members& program : group.programs)
      for (const std::uint32_t at : program) programs[at] = program.front();
  }
  return programs;
}

/// Which values are read by another program than their own, are to be variables or leave the run,
/// perhaps under another shape.
std::vector<bool> read_outside(const Draft& draft, const Streams& streams) {
  const Makers& makers = streams.makers();
  const std::vector<std::uint32_t> programs = programs_of(draft);
  std::vector<bool> outside(draft.specs.size(), false);
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    if (draft.op(at).effect == Effect::writes_variable) outside[draft.first_value[at]] = true;
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; draft.needed[at] && i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i) && programs[at] != programs[makers[inputs[i]]])
        outside[inputs[i]] = true;
  }
  for (const DraftFetch& fetch : draft.fetches)
    if (fetch.value != none) outside[resolved(draft, fetch.value)] = true;
  for (std::size_t at = draft.order.size(); at-- > 0;)
    if (streams[at].is_rename() && outside[draft.first_value[at]])
      outside[value_read(draft, at)] = true;
  return outside;
}

/// Writes the epilogues of a group, which share the arguments of one kernel with its first program.
class EpilogueWriter {
 public:
  using Written = FusedPrograms::Written;

  EpilogueWriter(const Draft& draft, FusedGroupDraft& group) : draft_(draft), group_(group) {
    for (std::uint32_t i = 0; i < group.inputs.size(); ++i) known_[group.inputs[i]] = {false, i};
    for (std::uint32_t i = 0; i < group.outputs.size(); ++i) known_[group.outputs[i]] = {true, i};
    add_renamed();
  }

  FusedProgram::Epilogue write(Written written) {
    FusedProgram::Epilogue epilogue{std::move(written.program), {}, {}};
    for (const ValueId input : written.inputs) epilogue.inputs.push_back(add_input(input));
    for (const ValueId output : written.outputs)
      epilogue.outputs.push_back(add_output(output).index);
    group_.renamings.insert(group_.renamings.end(), written.renamings.begin(),
                            written.renamings.end());
    add_renamed();
    return epilogue;
  }

 private:
  using Argument = FusedProgram::Epilogue::Argument;

  /// What is renamed is the argument that it was, unless nobody outside its program asks for it.
  void add_renamed() {
    for (; num_renamed_ < group_.renamings.size(); ++num_renamed_) {
      const std::uint32_t at = group_.renamings[num_renamed_];
      if (const auto found = known_.find(value_read(draft_, at)); found != known_.end())
        known_[draft_.first_value[at]] = Argument(found->second);
    }
  }

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

  const Draft& draft_;
  FusedGroupDraft& group_;
  std::size_t num_renamed_ = 0;  // that are known
  std::unordered_map<ValueId, Argument> known_;
};

}  // namespace

FusedPrograms::FusedPrograms(const Draft& draft, const Streams& streams)
    : draft_(draft),
      streams_(streams),
      read_outside_(read_outside(draft, streams)),
      known_(draft.specs.size()) {}

FusedPrograms::Written FusedPrograms::write_program(const Members& members) {
  Written made;
  made.program.rows = streams_[members[0]].rows;
  made.program.steps.reserve(members.size());
  ++written_;
  for (const std::uint32_t at : members) write_step(at, made);
  made.program.num_outputs = made.outputs.size();
  return made;
}

/// Renaming is no step, and neither is repeating until somebody asks for the repeated value: most
/// functions repeat their operands by themselves.
void FusedPrograms::write_step(std::uint32_t at, Written& program) {
  const ValueId result = draft_.first_value[at];
  const bool may_repeat = repeats_operands(at);
  std::vector<FusedProgram::Operand> operands;
  for (std::size_t i = 0; i < draft_.inputs_of(at).size(); ++i)
    if (draft_.op(at).needs_value(i))
      operands.push_back(operand(draft_.inputs_of(at)[i], may_repeat, program));
  if (streams_[at].is_rename()) {
    operands[0].as = &draft_.specs[result]->shape;
    known_[result] = {written_, operands[0]};
    program.renamings.push_back(at);
  } else if (std::holds_alternative<RepeatForm>(streams_[at].form)) {
    known_[result] = {written_, operands[0], true};
    if (read_outside_[result]) write_out(result, program);
  } else {
    const FusedStep& step = streams_[at].step;
    const TensorSpec& spec = *draft_.specs[result];
    if (std::holds_alternative<FoldForm>(streams_[at].form))
      operands = {fold_first(step, operands, spec, program), operands.back()};
    append(result, {step, std::move(operands), spec}, program);
  }
}

/// All operands of a fold but the last, combined.
FusedProgram::Operand FusedPrograms::fold_first(const FusedStep& step,
                                                std::span<const FusedProgram::Operand> operands,
                                                const TensorSpec& spec, Written& program) {
  FusedProgram::Operand first = operands[0];
  for (std::size_t i = 1; i + 1 < operands.size(); ++i) {
    program.program.steps.push_back({step, {first, operands[i]}, spec});
    first = {true, static_cast<std::uint32_t>(program.program.steps.size() - 1)};
  }
  return first;
}

void FusedPrograms::append(ValueId result, FusedProgram::Step step, Written& program) {
  known_[result] = {written_, {true, static_cast<std::uint32_t>(program.program.steps.size())}};
  if (read_outside_[result] || reduces(step.what.kind)) {
    step.output = static_cast<std::int64_t>(program.outputs.size());
    program.outputs.push_back(result);
  }
  program.program.steps.push_back(std::move(step));
}

/// Makes a step of a value that is an operand repeated.
void FusedPrograms::write_out(ValueId value, Written& program) {
  const std::uint32_t at = streams_.makers()[value];
  append(value, {streams_[at].step, {known_[value].operand}, *draft_.specs[value]}, program);
}

/// True if the function at `at` may repeat what it reads: beside an operand of as many elements as
/// the result, which it goes over. A fold begins with its first two operands.
bool FusedPrograms::repeats_operands(std::uint32_t at) const {
  if (!streams_[at].is_map()) return false;
  std::span<const ValueId> first = draft_.inputs_of(at);
  if (std::holds_alternative<FoldForm>(streams_[at].form)) first = first.first(2);
  const Shape& shape = draft_.outputs(at)[0].shape;
  return std::ranges::any_of(first, [&](ValueId input) {
    const bool is_repeated = known_[input].program == written_ && known_[input].repeats;
    return !is_repeated && draft_.specs[input]->shape == shape;
  });
}

/// What `value` is for a step of the program that is being written: an input, if it is new.
/// `may_repeat`: or what has to be repeated to be it.
FusedProgram::Operand FusedPrograms::operand(ValueId value, bool may_repeat, Written& program) {
  const Known& known = known_[value];
  if (known.program != written_) {
    known_[value] = {written_, {false, static_cast<std::uint32_t>(program.inputs.size())}};
    program.inputs.push_back(value);
    program.program.inputs.push_back(
        {*draft_.specs[value], constant_at(draft_, streams_.makers()[value])});
  } else if (known.repeats && !may_repeat) {
    write_out(value, program);
  }
  return known_[value].operand;
}

FusedProgram FusedPrograms::write(FusedGroupDraft& group) {
  Written main = write_program(group.programs[0]);
  group.inputs = std::move(main.inputs);
  group.outputs = std::move(main.outputs);
  group.renamings = std::move(main.renamings);
  if (group.programs.size() == 1) return std::move(main.program);
  EpilogueWriter writer(draft_, group);
  for (std::size_t i = 1; i < group.programs.size(); ++i)
    main.program.epilogues.push_back(writer.write(write_program(group.programs[i])));
  return std::move(main.program);
}

}  // namespace deft
