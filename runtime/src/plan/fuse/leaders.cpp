#include "leaders.hpp"

#include <algorithm>
#include <utility>

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
      const std::span<const ValueId> inputs = draft_.inputs_of(at);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::uint32_t maker = streams_.makers()[inputs[i]];
        if (!draft_.op(at).needs_value(i) || !is_large_product(maker)) continue;
        if (leader == none || levels_[maker] > levels_[leader]) leader = maker;
      }
    }
    return leader != none && can_follow(group, leader) ? leader : none;
  }

  bool is_large_product(std::uint32_t at) const {
    return streams_[at].is_product() && streams_[at].rows == 0 && groups_.of[at] == none &&
           draft_.op(at).effect == Effect::none;
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
      return before == leader || groups_.of[before] == group || !levels_.takes_time(before) ||
             std::ranges::binary_search(draft_.waits_of(leader), before);
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
    : of(Finding(draft, streams, levels, groups).run()) {
  const bool any = std::ranges::any_of(of, [](std::uint32_t leader) { return leader != none; });
  if (any) reads = count_reads(draft);
}

bool follow(Draft& draft, const Streams& streams, const Leaders& leaders,
            const FusedProgram& program, FusedGroupDraft& group) {
  const TensorSpec& made = draft.outputs(group.leader)[0];
  const ValueId value = draft.first_value[group.leader];
  Leader leader{.kernel = prepare_kernel(draft, group.leader),
                .rows = made.shape[0],
                .row_bytes = static_cast<std::size_t>(made.shape[1]) * size_of(made.dtype),
                .inputs = {}};
  if (!can_lead(leader, draft.options.threads)) {
    draft.prepared.emplace(group.leader, std::move(leader.kernel));
    return false;
  }
  leader.handed =
      static_cast<std::uint32_t>(std::ranges::find(group.inputs, value) - group.inputs.begin());
  group.inputs.erase(group.inputs.begin() + leader.handed);
  for (const ValueId input : std::as_const(draft).inputs_of(group.leader)) {
    const auto found = std::ranges::find(group.inputs, input);
    leader.inputs.push_back(static_cast<std::uint32_t>(found - group.inputs.begin()));
    if (found == group.inputs.end()) group.inputs.push_back(input);
  }
  if (is_read_outside(draft, streams, leaders, group)) {
    leader.output = static_cast<std::int64_t>(group.outputs.size());
    group.outputs.push_back(value);
  }
  group.kernel = led_kernel(std::move(leader), program, draft.options.optimizations.generate_code);
  return true;
}

}  // namespace deft
