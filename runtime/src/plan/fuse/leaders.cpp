#include "leaders.hpp"

#include <algorithm>
#include <utility>

#include <deft/core/error.hpp>

#include "fused/led_kernel.hpp"
#include "plan/facts.hpp"
#include "plan/prepare.hpp"

namespace deft {
namespace {

/// The kernel of the operation at `at`, kept for later.
const Kernel& prepared_kernel(Draft& draft, std::uint32_t at) {
  const auto found = draft.prepared.find(at);
  return found != draft.prepared.end()
             ? found->second
             : draft.prepared.emplace(at, prepare_kernel(draft, at)).first->second;
}

std::size_t row_bytes(const TensorSpec& made) {
  return made.shape.num_bytes(made.dtype) / static_cast<std::size_t>(made.shape[0]);
}

class Finding {
 public:
  Finding(Draft& draft, const Streams& streams, const Levels& levels, const RowGroups& groups)
      : draft_(draft), streams_(streams), levels_(levels), groups_(groups) {}

  std::vector<std::uint32_t> led() const {
    std::vector<std::uint32_t> leaders(groups_.members.size(), none);
    std::vector<bool> leads(draft_.order.size(), false);
    for (std::uint32_t group = 0; group < leaders.size(); ++group) {
      const std::uint32_t found = leader_of(group);
      if (found == none || leads[found] || !makes_blocks(found)) continue;
      leads[found] = true;
      leaders[group] = found;
    }
    return leaders;
  }

  bool any_may_lead() const {
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at)
      if (may_make_blocks(at)) return true;
    return false;
  }

  std::vector<std::uint32_t> fed(std::span<const std::uint32_t> leaders,
                                 std::span<const std::uint32_t> reads) const {
    std::vector<std::uint32_t> fed(groups_.members.size(), none);
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at) {
      if (!may_make_blocks(at) || !reads_rows(at)) continue;
      const std::uint32_t group = groups_.of[streams_.makers()[operand_of(at)]];
      if (group != none && leaders[group] == none && can_feed(group, at, reads)) fed[group] = at;
    }
    return fed;
  }

 private:
  ValueId operand_of(std::uint32_t leader) const { return draft_.inputs_of(leader)[0]; }

  /// Whether its first operand may be read row by row.
  bool reads_rows(std::uint32_t leader) const {
    return !draft_.inputs_of(leader).empty() && draft_.specs[operand_of(leader)]->shape.rank() > 0;
  }

  bool makes_blocks(std::uint32_t leader) const {
    const TensorSpec& made = draft_.outputs(leader)[0];
    return can_lead(prepared_kernel(draft_, leader), made.shape[0], row_bytes(made),
                    draft_.options.threads);
  }

  /// True if `group` makes the rows of the leader's first operand and nothing else that anybody
  /// reads.
  bool can_feed(std::uint32_t group, std::uint32_t leader,
                std::span<const std::uint32_t> reads) const {
    const ValueId operand = operand_of(leader);
    const std::uint32_t maker = streams_.makers()[operand];
    const Members members(groups_.members[group].begin(), groups_.members[group].end());
    const TensorSpec& made = *draft_.specs[operand];
    const std::int64_t rows = streams_[maker].rows;
    if (streams_[maker].is_rename() || rows % made.shape[0] != 0 ||
        made.shape.num_elements() % rows != 0)
      return false;
    for (const std::uint32_t at : members) {
      const std::size_t others = at == maker ? 1 : 0;
      if (streams_[at].reduces() || draft_.op(at).effect != Effect::none ||
          reads[draft_.first_value[at]] != reads_within(members, draft_.first_value[at]) + others)
        return false;
    }
    return waits_no_longer_than(members, maker, leader) && makes_blocks(leader) &&
           can_be_fed(prepared_kernel(draft_, leader), widest_bytes(members),
                      draft_.options.threads);
  }

  /// Bytes of the largest value that the members read or make.
  std::size_t widest_bytes(const Members& members) const {
    std::size_t widest = 0;
    const auto add = [&](ValueId value) {
      const TensorSpec& spec = *draft_.specs[value];
      widest = std::max(widest, spec.shape.num_bytes(spec.dtype));
    };
    for (const std::uint32_t at : members) {
      add(draft_.first_value[at]);
      const std::span<const ValueId> inputs = draft_.inputs_of(at);
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (draft_.op(at).needs_value(i)) add(inputs[i]);
    }
    return widest;
  }

  std::size_t reads_within(const Members& members, ValueId value) const {
    std::size_t count = 0;
    for (const std::uint32_t at : members) {
      const std::span<const ValueId> inputs = draft_.inputs_of(at);
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i] == value && draft_.op(at).needs_value(i)) ++count;
    }
    return count;
  }

  /// True if nothing keeps the leader waiting, but `maker`, that the members do not wait for.
  bool waits_no_longer_than(const Members& members, std::uint32_t maker,
                            std::uint32_t leader) const {
    return std::ranges::all_of(draft_.waits_of(leader), [&](std::uint32_t before) {
      return before == maker || !keeps_waiting(before) ||
             std::ranges::any_of(members, [&](std::uint32_t at) {
               return std::ranges::binary_search(draft_.waits_of(at), before) &&
                      !std::ranges::binary_search(members, before);
             });
    });
  }

  /// False for what is there from the beginning, or soon.
  bool keeps_waiting(std::uint32_t before) const {
    return levels_.takes_time(before) && !levels_.is_soon_there(before);
  }

  /// The latest of those that may lead the group, if the group can follow it.
  std::uint32_t leader_of(std::uint32_t group) const {
    std::uint32_t leader = none;
    for (const std::uint32_t at : groups_.members[group]) {
      if (streams_[at].reduces() && streams_[at].step.kind != StepKind::zero_sum) return none;
      const std::span<const ValueId> inputs = draft_.inputs_of(at);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::uint32_t maker = streams_.makers()[inputs[i]];
        if (!draft_.op(at).needs_value(i) || !may_make_blocks(maker)) continue;
        if (leader == none || levels_[maker] > levels_[leader]) leader = maker;
      }
    }
    return leader != none && can_follow(group, leader) ? leader : none;
  }

  /// Whether an operation by itself may make the rows of its result block by block: a large
  /// product, or what has no form. Its kernel knows: see makes_blocks.
  bool may_make_blocks(std::uint32_t at) const {
    const bool is_alone =
        streams_[at].is_product() ? streams_[at].rows == 0 : draft_.op(at).form == nullptr;
    return is_alone && groups_.of[at] == none && may_lead(draft_, at);
  }

  bool can_follow(std::uint32_t group, std::uint32_t leader) const {
    return std::ranges::all_of(groups_.members[group], [&](std::uint32_t at) {
      return takes_rows_of(at, leader) && waits_no_longer(at, group, leader);
    });
  }

  /// True if the operation at `at` reads the leader's result row by row, or not at all.
  bool takes_rows_of(std::uint32_t at, std::uint32_t leader) const {
    const Shape& made = draft_.outputs(leader)[0].shape;
    const std::int64_t rows = streams_[at].rows;
    if (rows % made[0] != 0 || made.num_elements() % rows != 0) return false;
    const auto* product = std::get_if<ProductForm>(&streams_[at].form);
    if (product != nullptr && product->transpose_a) return false;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (streams_.makers()[inputs[i]] == leader && draft_.op(at).needs_value(i) &&
          !streams_.streams_input(at, i))
        return false;
    return true;
  }

  /// The group must not keep its leader waiting, least of all for what waits for the leader.
  bool waits_no_longer(std::uint32_t at, std::uint32_t group, std::uint32_t leader) const {
    return std::ranges::all_of(draft_.waits_of(at), [&](std::uint32_t before) {
      return before == leader || groups_.of[before] == group || !keeps_waiting(before) ||
             std::ranges::binary_search(draft_.waits_of(leader), before);
    });
  }

  Draft& draft_;
  const Streams& streams_;
  const Levels& levels_;
  const RowGroups& groups_;
};

bool needs_all_values(const Draft& draft, std::size_t at) {
  for (std::size_t i = 0; i < draft.inputs_of(at).size(); ++i)
    if (!draft.op(at).needs_value(i)) return false;
  return true;
}

bool has_rows(const Shape& shape) { return shape.rank() > 0 && shape.num_elements() > 0; }

std::vector<std::uint32_t> count_reads(const Draft& draft) {
  std::vector<std::uint32_t> reads(draft.specs.size(), 0);
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; draft.needed[at] && i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i)) ++reads[inputs[i]];
  }
  for (const DraftFetch& fetch : draft.fetches)
    if (fetch.value != none) ++reads[resolved(draft, fetch.value)];
  return reads;
}

/// Whether something outside the group reads what its leader makes, perhaps under another shape.
bool is_read_outside(const Draft& draft, const Streams& streams, const Leaders& leaders,
                     const FusedGroupDraft& group) {
  const ValueId value = draft.first_value[group.leader];
  std::size_t inside = 0;
  for (const std::uint32_t at : group.members) {
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i] == value && draft.op(at).needs_value(i) && !streams[at].is_rename()) ++inside;
  }
  return inside < leaders.reads[value];
}

/// The numbers of `values` among the inputs of the group's kernel, new ones if need be; that of
/// `handed` is LedGroup::handed.
std::vector<std::uint32_t> input_numbers(FusedGroupDraft& group, std::span<const ValueId> values,
                                         ValueId handed) {
  std::vector<std::uint32_t> numbers;
  for (const ValueId value : values) {
    const auto found = std::ranges::find(group.inputs, value);
    const auto number = static_cast<std::uint32_t>(found - group.inputs.begin());
    numbers.push_back(value == handed ? LedGroup::handed : number);
    if (value != handed && found == group.inputs.end()) group.inputs.push_back(value);
  }
  return numbers;
}

}  // namespace

bool may_lead(const Draft& draft, std::size_t at) {
  const OpDef& op = draft.op(at);
  return draft.needed[at] && op.kernel != nullptr && op.effect == Effect::none &&
         draft.outputs(at).size() == 1 && has_rows(draft.outputs(at)[0].shape) &&
         needs_all_values(draft, at);
}

Leaders::Leaders(Draft& draft, const Streams& streams, const Levels& levels,
                 const RowGroups& groups) {
  const Finding finding(draft, streams, levels, groups);
  of = finding.led();
  if (!finding.any_may_lead()) {
    fed.assign(of.size(), none);
    return;
  }
  reads = count_reads(draft);
  fed = finding.fed(of, reads);
}

void lead(Draft& draft, const Streams& streams, const Leaders& leaders, FusedPrograms& programs,
          CodeGenerator* generator, FusedGroupDraft& group) {
  const TensorSpec& made = draft.outputs(group.leader)[0];
  const ValueId value = draft.first_value[group.leader];
  const std::span<const ValueId> operands = draft.inputs_of(group.leader);
  std::optional<LedGroup> behind, before;
  if (!group.programs.empty()) {
    behind.emplace().program = programs.write(group);
    const std::vector<ValueId> inputs = std::exchange(group.inputs, {});
    behind->inputs = input_numbers(group, inputs, value);
  }
  if (!group.feeding.empty()) {
    FusedPrograms::Written written = programs.write_program(group.feeding);
    if (written.outputs.size() != 1) throw InternalError("a group feeds more than its leader");
    before = {std::move(written.program), input_numbers(group, written.inputs, none)};
    group.renamings.insert(group.renamings.end(), written.renamings.begin(),
                           written.renamings.end());
  }
  Leader leader{.kernel = std::move(draft.prepared.extract(group.leader).mapped()),
                .rows = made.shape[0],
                .row_bytes = row_bytes(made),
                .inputs = input_numbers(group, operands, before ? operands[0] : none)};
  if (!behind || is_read_outside(draft, streams, leaders, group)) {
    leader.output = static_cast<std::int64_t>(group.outputs.size());
    group.outputs.push_back(value);
  }
  group.kernel = led_kernel(std::move(leader), std::move(before), std::move(behind), generator);
}

}  // namespace deft
