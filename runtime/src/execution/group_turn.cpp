#include "group_turn.hpp"

#include <new>
#include <vector>

#include "session/content_hash.hpp"

namespace deft {

GroupTurn::GroupTurn(const Plan& plan, const Frame& frame, VariableStore& variables,
                     std::int64_t steps, SourceLocation where)
    : plan_(plan), frame_(frame), variables_(variables) {
  RunFacts facts{.plan = plan.hash, .steps = steps, .version = variables.group_steps()};
  if (plan.group->asks_for_variables(plan.hash)) {
    std::vector<Tensor> read;
    for (std::uint32_t i = 0; i < plan.variables.size(); ++i)
      if (plan.variables[i].start != none) read.push_back(frame.start_of(i));
    facts.variables = content_hash(read);
  }
  plan.group->begin_run(facts, where);
}

GroupTurn::~GroupTurn() { plan_.group->end_run(); }

void GroupTurn::complete(std::int64_t done) { variables_.count_group_steps(done); }

void GroupTurn::fail(std::int64_t done) noexcept {
  variables_.count_group_steps(done);
  try {
    if (plan_.group->votes() > done) {
      std::vector<std::pair<NodeId, Tensor>> values;
      for (auto& [variable, value] : frame_.written())
        values.emplace_back(plan_.variables[variable].node, value);
      variables_.keep_undecided(std::move(values));
    }
  } catch (const std::bad_alloc&) {  // then the process is as one that has not voted
    variables_.drop_undecided();
  }
  plan_.group->abort_run();
}

}  // namespace deft
