#include "once_part.hpp"

#include <utility>

#include "executor.hpp"
#include "observation/profile_state.hpp"
#include "team.hpp"

namespace deft {
namespace {

std::vector<const Tensor*> pointers_to(const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> pointers;
  pointers.reserve(tensors.size());
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return pointers;
}

}  // namespace

OncePart::OncePart(RunnablePlan& runnable, std::span<const Tensor* const> feeds,
                   const RunOptions& options, const RunContext& context, const RunScope& scope,
                   const RunInterrupt* interrupt)
    : runnable_(runnable),
      feeds_(feeds),
      options_(options),
      context_(context),
      scope_(scope),
      interrupt_(interrupt),
      frame_(runnable) {}

void OncePart::make_ready(const Plan& plan, Frame& steps) {
  if (!is_known(plan, steps)) {
    read_variables(plan, steps);
    compute();
  }
  steps.bind_feeds(pointers_to(values_), feeds_.size());
}

/// True if the values are those of the present variables. A variable's value that is held here
/// stays where it is, so a value at another place is another value.
bool OncePart::is_known(const Plan& plan, const Frame& steps) const {
  if (values_.empty()) return false;
  for (std::size_t i = 0; i < variables_.size(); ++i)
    if (steps.start_of(plan.once_variables[i]).raw() != variables_[i].raw()) return false;
  return true;
}

void OncePart::read_variables(const Plan& plan, const Frame& steps) {
  variables_.clear();
  for (const std::uint32_t variable : plan.once_variables)
    variables_.push_back(steps.start_of(variable));
}

void OncePart::compute() {
  values_.clear();
  (*frame_).bind_feeds(feeds_);
  (*frame_).bind_feeds(pointers_to(variables_), feeds_.size());
  (*frame_).begin_run(context_.variables, 1, options_.where);
  if (interrupt_ != nullptr) interrupt_->check();
  if (options_.profile == nullptr) {
    execute(nullptr);
  } else {
    const Plan& part = runnable_.plan();
    Recorder recorder(part, context_.pool.workers() + 1, event_room(*options_.profile));
    const Recorder::Time begin = Recorder::now();
    recorder.begin_step(0);
    execute(&recorder);
    recorder.end_step();
    keep_run(*options_.profile, {.plan = runnable_.shared_plan(),
                                 .recorder = std::move(recorder),
                                 .begin = begin,
                                 .end = Recorder::now(),
                                 .steps = 1});
  }
  for (std::size_t i = 0; i < runnable_.plan().fetches.size(); ++i)
    values_.push_back((*frame_).fetch(i));
}

void OncePart::execute(Recorder* recorder) {
  const Plan& part = runnable_.plan();
  const Watch watch{.interrupt = interrupt_, .recorder = recorder};
  if (part.parallel && context_.pool.workers() > 0) {
    Team team(part, *frame_, context_.pool, scope_, watch, context_.options.chaos_seed);
    if (team.pays(1)) return team.run_step();
  }
  run_in_order(part, *frame_, watch);
}

}  // namespace deft
