#include "row_cuts.hpp"

#include <numeric>
#include <variant>

#include "fused/fused_kernel.hpp"
#include "plan/facts.hpp"

namespace deft {
namespace {

using Over = ReductionStream::Over;

bool is_elementwise(const FusedStep& step) {
  return std::holds_alternative<MapStep>(step) || std::holds_alternative<FoldStep>(step) ||
         std::holds_alternative<RenameStep>(step);
}

/// How the reduction at `at` streams; `other` if there is none.
ReductionStream stream_at(const Draft& draft, std::size_t at, const FusedStep& step) {
  const auto* reduction = std::get_if<ReductionStep>(&step);
  if (reduction == nullptr) return {};
  return reduction_stream(*reduction, *draft.specs[value_read(draft, at)], 1);
}

}  // namespace

RowCuts::RowCuts(const Draft& draft, std::span<const FusedStep> steps) {
  for (const Over wanted : {Over::each_row, Over::rows})
    for (std::size_t at = 0; at < steps.size(); ++at) {
      const ReductionStream stream = stream_at(draft, at, steps[at]);
      if (stream.over != wanted) continue;
      if (rows_.empty()) join_elementwise(draft, steps);
      want(value_read(draft, at), stream.rows);
      if (wanted == Over::each_row) want(draft.first_value[at], stream.rows);
    }
}

void RowCuts::want(ValueId value, std::int64_t rows) {
  std::int64_t& own = rows_[find(value)];
  if (own == 0) own = rows;
}

ValueId RowCuts::find(ValueId value) const {
  while (parent_[value] != value) value = parent_[value] = parent_[parent_[value]];
  return value;
}

void RowCuts::join_elementwise(const Draft& draft, std::span<const FusedStep> steps) {
  rows_.assign(draft.specs.size(), 0);
  parent_.resize(draft.specs.size());
  std::iota(parent_.begin(), parent_.end(), ValueId{0});
  const auto elements = [&](ValueId value) { return draft.specs[value]->shape.num_elements(); };
  for (std::size_t at = 0; at < steps.size(); ++at) {
    if (!is_elementwise(steps[at])) continue;
    const ValueId result = draft.first_value[at];
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i) && elements(inputs[i]) == elements(result))
        parent_[find(inputs[i])] = find(result);
  }
}

}  // namespace deft
