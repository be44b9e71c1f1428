#include "group_turn.hpp"

#include <vector>

#include "session/content_hash.hpp"

namespace deft {

GroupTurn::GroupTurn(const Plan& plan, const Frame& frame, VariableStore& variables,
                     std::int64_t steps, SourceLocation where)
    : group_(*plan.step_group), variables_(variables) {
  RunFacts facts{.plan = plan.hash, .steps = steps, .version = variables.group_steps()};
  if (group_.asks_for_variables(plan.hash)) {
    std::vector<Tensor> read;
    for (std::uint32_t i = 0; i < plan.variables.size(); ++i)
      if (plan.variables[i].start != none) read.push_back(frame.start_of(i));
    facts.variables = content_hash(read);
  }
  group_.begin_run(facts, where);
}

GroupTurn::~GroupTurn() { group_.end_run(); }

void GroupTurn::complete(std::int64_t done) { variables_.count_group_steps(done); }

void GroupTurn::fail() noexcept { group_.abort_run(); }

}  // namespace deft
