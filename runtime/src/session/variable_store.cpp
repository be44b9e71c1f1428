#include "variable_store.hpp"

#include "run_error.hpp"

namespace deft {

std::vector<VariableStore::Slot*> VariableStore::slots(const Plan& plan) {
  std::vector<Slot*> slots;
  slots.reserve(plan.variables.size());
  const std::lock_guard lock(mutex_);
  for (const PlanVariable& variable : plan.variables) slots.push_back(&slots_[variable.node]);
  return slots;
}

std::optional<Tensor> VariableStore::value(NodeId variable) const {
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(variable);
  if (found == slots_.end() || !found->second.has_value) return std::nullopt;
  return found->second.value;
}

void VariableStore::set(NodeId variable, const Tensor& value) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[variable];
  slot.value = value;
  slot.has_value = true;
}

void VariableStore::refuse(const Plan& plan, std::span<Slot* const> slots, SourceLocation where) {
  std::string missing;
  std::size_t count = 0;
  bool assigned_later = false;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const PlanVariable& variable = plan.variables[i];
    if (slots[i]->has_value || variable.start == none) continue;
    missing += (count++ == 0 ? "" : ", ") + name_and_line(plan.graph.node(variable.node));
    assigned_later = assigned_later || variable.final != none;
  }
  throw RunError({.code = ErrorCode::uninitialized_variable,
                  .message = (count == 1 ? "the variable " : "the variables ") + missing +
                             (count == 1 ? " has" : " have") + " no value yet",
                  .cure = assigned_later
                              ? "give it one in an earlier run: this one reads before it assigns"
                              : std::string(how_to_initialize),
                  .where = where});
}

}  // namespace deft
