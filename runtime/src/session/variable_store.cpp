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

std::vector<std::optional<Tensor>> VariableStore::values(std::span<const NodeId> variables) const {
  std::vector<std::optional<Tensor>> values(variables.size());
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto found = slots_.find(variables[i]);
    if (found != slots_.end() && found->second.has_value) values[i] = found->second.value;
  }
  return values;
}

std::vector<std::pair<NodeId, Tensor>> VariableStore::all() const {
  std::vector<std::pair<NodeId, Tensor>> values;
  const std::lock_guard lock(mutex_);
  values.reserve(slots_.size());
  for (const auto& [variable, slot] : slots_)
    if (slot.has_value) values.emplace_back(variable, slot.value);
  return values;
}

void VariableStore::set(std::span<const std::pair<NodeId, Tensor>> values) {
  const std::lock_guard lock(mutex_);
  for (const auto& [variable, value] : values) slots_[variable];  // may refuse memory
  for (const auto& [variable, value] : values) {
    Slot& slot = slots_.find(variable)->second;
    slot.value = value;
    slot.has_value = true;
  }
}

std::int64_t VariableStore::group_steps() const {
  const std::lock_guard lock(mutex_);
  return group_steps_;
}

void VariableStore::count_group_steps(std::int64_t done) {
  const std::lock_guard lock(mutex_);
  group_steps_ += done;
}

void VariableStore::set_group_steps(std::int64_t steps) {
  const std::lock_guard lock(mutex_);
  group_steps_ = steps;
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
