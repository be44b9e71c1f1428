#include <algorithm>
#include <map>

#include "plan/draft.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

using Controls = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// The nodes that a node waits for: its inputs whose values it needs, and control dependencies.
class Dependencies {
 public:
  explicit Dependencies(const Draft& draft) : draft_(draft) {
    // An edge that another thread added since `collect` may not agree with the order: a later plan
    // takes it up.
    for (const auto& [before, after] : draft.graph.added_control_edges())
      if (position(before) < position(after)) added_[after].push_back(before);
  }

  /// Fills `into` with what position `at` waits for, ascending, and appends to `controls` what it
  /// waits for by control.
  void list(std::uint32_t at, std::vector<std::uint32_t>& into, Controls& controls) const {
    const Node& node = draft_.node(at);
    into.clear();
    const auto control = [&](NodeId before) {
      into.push_back(draft_.position[before]);
      controls.emplace_back(at, draft_.position[before]);
    };
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (node.op->needs_value(i)) into.push_back(draft_.position[node.inputs[i].node]);
    for (const NodeId before : node.control_inputs) control(before);
    if (const auto found = added_.find(draft_.order[at]); found != added_.end())
      for (const NodeId before : found->second) control(before);
    sort_and_unite(into);
  }

 private:
  std::uint32_t position(NodeId id) const {
    return id < draft_.position.size() ? draft_.position[id] : none;
  }

  const Draft& draft_;
  std::map<NodeId, std::vector<NodeId>> added_;
};

void refuse_unfed_placeholders(const Draft& draft) {
  std::vector<const Node*> unfed;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at] || draft.node(at).op->effect != Effect::fed) continue;
    if (!draft.fed_shapes.contains(draft.order[at])) unfed.push_back(&draft.node(at));
  }
  if (unfed.empty()) return;
  std::string names;
  for (const Node* node : unfed) names += (names.empty() ? "" : ", ") + name_and_line(*node);
  throw RunError({.code = ErrorCode::not_fed,
                  .message = unfed.size() == 1
                                 ? "the placeholder " + names + " is needed, but no value is fed"
                                 : "the placeholders " + names + " are needed, but not fed",
                  .cure = std::string("feed ") + (unfed.size() == 1 ? "it" : "them") +
                          ": session.run(fetch, {{placeholder, value}})",
                  .where = draft.request.where});
}

}  // namespace

std::string prune(Draft& draft) {
  const std::size_t size = draft.order.size();
  const Dependencies dependencies(draft);
  draft.waits.reserve(size, 2 * size);
  std::vector<std::uint32_t> waits;
  for (std::uint32_t at = 0; at < size; ++at) {
    dependencies.list(at, waits, draft.controls);
    draft.waits.append(waits);
  }

  draft.needed.assign(size, false);
  for (const Endpoint fetch : draft.request.fetches)
    draft.needed[draft.position[fetch.node]] = true;
  for (std::size_t at = size; at-- > 0;)
    if (draft.needed[at])
      for (const std::uint32_t before : draft.waits_of(at)) draft.needed[before] = true;
  refuse_unfed_placeholders(draft);
  const auto dropped =
      static_cast<std::size_t>(std::count(draft.needed.begin(), draft.needed.end(), false));
  return dropped == 0 ? "unchanged"
                      : count_text(dropped, "node") + " dropped: only their shapes matter";
}

}  // namespace deft
