#include "variable_store.hpp"

#include <utility>

#include "run_error.hpp"

namespace deft {

std::vector<Tensor> VariableStore::read(const Plan& plan, SourceLocation where) const {
  std::vector<Tensor> values(plan.variables.size());
  std::string missing;
  std::size_t count = 0;
  bool assigned_later = false;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const PlanVariable& variable = plan.variables[i];
    const auto found = values_.find(variable.node);
    if (found != values_.end()) {
      values[i] = found->second;
    } else if (variable.start != none) {
      missing += (count++ == 0 ? "" : ", ") + name_and_line(plan.graph.node(variable.node));
      assigned_later = assigned_later || variable.final != none;
    }
  }
  if (count != 0)
    throw RunError({.code = ErrorCode::uninitialized_variable,
                    .message = (count == 1 ? "the variable " : "the variables ") + missing +
                               (count == 1 ? " has" : " have") + " no value yet",
                    .cure = assigned_later
                                ? "give it one in an earlier run: this one reads before it assigns"
                                : "run global_variables_initializer(graph) first",
                    .where = where});
  return values;
}

void VariableStore::write(const std::vector<std::pair<NodeId, Tensor>>& values) {
  const std::lock_guard lock(mutex_);
  for (const auto& [node, tensor] : values) values_.insert_or_assign(node, tensor);
}

}  // namespace deft
