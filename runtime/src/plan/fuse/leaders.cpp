#include "leaders.hpp"

#include <algorithm>

#include "fused/led_kernel.hpp"
#include "plan/facts.hpp"
#include "plan/prepare.hpp"

namespace deft {
namespace {

class Finding {
 public:
  Finding(const Draft& draft, const Streams& streams, const Levels& levels, const RowGroups& groups)
      : draft_(draft), streams_(streams), levels_(levels), groups_(groups) {}

  std::vector<std::uint32_t> run() && {
    std::vector<std::uint32_t> leaders(groups_.members.size(), none);
    std::vector<bool> leads(draft_.order.size(), false);
    for (std::uint32_t group = 0; group < leaders.size(); ++group) {
      const std::uint32_t found = leader_of(group);
      if (found == none || leads[found]) continue;
      leads[found] = true;
      leaders[group] = found;
    }
    return leaders;
  }

 private:
  /// The latest large product that the group reads, if the group can follow it.
  std::uint32_t leader_of(std::uint32_t group) const {
    std::uint32_t leader = none;
    for (const std::uint32_t at : groups_.members[group]) {
      if (streams_[at].reduces()) return none;
      for (const ValueId input : draft_.inputs_of(at)) {
        const std::uint32_t maker = streams_.makers()[input];
        if (!is_large_product(maker)) continue;
        if (leader == none || levels_[maker] > levels_[leader]) leader = maker;
      }
    }
    return leader != none && can_follow(group, leader) ? leader : none;
  }

  bool is_large_product(std::uint32_t at) const {
    return streams_[at].is_product() && streams_[at].rows == 0 && groups_.of[at] == none;
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
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (streams_.makers()[inputs[i]] == leader && draft_.op(at).needs_value(i) &&
          !streams_.streams_input(at, i))
        return false;
    return true;
  }

  /// What waits for the leader has a higher level: nothing of that kind may come before the group.
  bool waits_no_longer(std::uint32_t at, std::uint32_t group, std::uint32_t leader) const {
    return std::ranges::all_of(draft_.waits_of(at), [&](std::uint32_t before) {
      return before == leader || groups_.of[before] == group || !levels_.takes_time(before) ||
             levels_[before] <= levels_[leader];
    });
  }

  const Draft& draft_;
  const Streams& streams_;
  const Levels& levels_;
  const RowGroups& groups_;
};

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

}  // namespace

Leaders::Leaders(const Draft& draft, const Streams& streams, const Levels& levels,
                 const RowGroups& groups)
    : of(Finding(draft, streams, levels, groups).run()), reads(count_reads(draft)) {}

bool follow(const Draft& draft, const Streams& streams, const Leaders& leaders,
            const FusedProgram& program, FusedGroupDraft& group) {
  const TensorSpec& made = draft.outputs(group.leader)[0];
  const ValueId value = draft.first_value[group.leader];
  Leader leader{.kernel = prepare_kernel(draft, group.leader),
                .rows = made.shape[0],
                .row_bytes = static_cast<std::size_t>(made.shape[1]) * size_of(made.dtype),
                .inputs = {}};
  if (leader.kernel.rows_per_block == 0) return false;
  std::vector<ValueId> inputs = group.inputs;
  const auto handed = std::ranges::find(inputs, value);
  leader.handed = static_cast<std::uint32_t>(handed - inputs.begin());
  inputs.erase(handed);
  for (const ValueId input : draft.inputs_of(group.leader)) {
    const auto found = std::ranges::find(inputs, input);
    leader.inputs.push_back(static_cast<std::uint32_t>(found - inputs.begin()));
    if (found == inputs.end()) inputs.push_back(input);
  }
  const bool is_output = is_read_outside(draft, streams, leaders, group);
  if (is_output) leader.output = static_cast<std::int64_t>(group.outputs.size());
  Kernel kernel = led_kernel(std::move(leader), program, draft.options.optimizations.generate_code);
  if (kernel.run == nullptr) return false;
  group.kernel = std::move(kernel);
  group.inputs = std::move(inputs);
  if (is_output) group.outputs.push_back(value);
  return true;
}

}  // namespace deft
