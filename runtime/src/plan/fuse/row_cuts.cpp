#include "row_cuts.hpp"

#include <numeric>
#include <optional>
#include <utility>

#include "fused/fused_kernel.hpp"
#include "plan/facts.hpp"

namespace deft {

RowCuts::RowCuts(const Draft& draft, std::span<const Stream> streams) {
  cut_for_reductions(draft, streams);
  cut_for_repeated(draft, streams);
}

void RowCuts::cut_for_reductions(const Draft& draft, std::span<const Stream> streams) {
  for (const StepKind wanted : {StepKind::reduction_of_rows, StepKind::reduction_over_rows})
    for (std::size_t at = 0; at < streams.size(); ++at) {
      if (streams[at].step.kind != wanted) continue;
      if (rows_.empty()) join_elementwise(draft, streams);
      want(value_read(draft, at), streams[at].rows);
      if (wanted == StepKind::reduction_of_rows) want(draft.first_value[at], streams[at].rows);
    }
}

void RowCuts::cut_for_repeated(const Draft& draft, std::span<const Stream> streams) {
  std::vector<std::pair<ValueId, std::int64_t>> wants;
  for (std::size_t at = 0; at < streams.size(); ++at) {
    if (!streams[at].is_map()) continue;
    const Shape& result = draft.outputs(at)[0].shape;
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (const auto rows = draft.op(at).needs_value(i)
                                ? rows_of_repeated(draft.specs[inputs[i]]->shape, result)
                                : std::nullopt)
        wants.emplace_back(draft.first_value[at], *rows);
  }
  if (wants.empty()) return;
  if (rows_.empty()) join_elementwise(draft, streams);
  std::vector<bool> is_reduced(rows_.size(), false);  // by representative: to one element
  for (std::size_t at = 0; at < streams.size(); ++at)
    if (streams[at].step.kind == StepKind::reduction)
      is_reduced[find(value_read(draft, at))] = true;
  for (const auto& [value, rows] : wants)
    if (!is_reduced[find(value)]) want(value, rows);
}

void RowCuts::want(ValueId value, std::int64_t rows) {
  std::int64_t& own = rows_[find(value)];
  if (own == 0) own = rows;
}

ValueId RowCuts::find(ValueId value) const {
  while (parent_[value] != value) value = parent_[value] = parent_[parent_[value]];
  return value;
}

void RowCuts::join_elementwise(const Draft& draft, std::span<const Stream> streams) {
  rows_.assign(draft.specs.size(), 0);
  parent_.resize(draft.specs.size());
  std::iota(parent_.begin(), parent_.end(), ValueId{0});
  const auto elements = [&](ValueId value) { return draft.specs[value]->shape.num_elements(); };
  for (std::size_t at = 0; at < streams.size(); ++at) {
    if (!streams[at].is_map() && !streams[at].is_rename()) continue;
    const ValueId result = draft.first_value[at];
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i) && elements(inputs[i]) == elements(result))
        parent_[find(inputs[i])] = find(result);
  }
}

}  // namespace deft
