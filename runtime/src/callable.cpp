#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/runtime/session.hpp>

#include "session_impl.hpp"

namespace deft {

std::shared_ptr<RunnablePlan> Callable::Impl::find(std::span<const Tensor* const> values) const {
  const std::lock_guard lock(mutex);
  if (latest == nullptr || control_edges != session->graph.num_added_control_edges())
    return nullptr;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]->shape() != shapes[i]) return nullptr;
  return latest;
}

void Callable::Impl::remember(std::span<const Tensor* const> values,
                              std::shared_ptr<RunnablePlan> plan) const {
  std::vector<Shape> now;
  now.reserve(values.size());
  for (const Tensor* value : values) now.push_back(value->shape());
  const std::lock_guard lock(mutex);
  shapes = std::move(now);
  control_edges = session->graph.num_added_control_edges();
  latest = std::move(plan);
}

std::vector<Tensor> Callable::operator()(const std::vector<Tensor>& values,
                                         const RunOptions& options) const {
  if (values.size() != impl_->placeholders.size())
    throw RunError({.code = ErrorCode::invalid_argument,
                    .message = "the call takes " + std::to_string(impl_->placeholders.size()) +
                               (impl_->placeholders.size() == 1 ? " value" : " values") +
                               ", but is given " + std::to_string(values.size()),
                    .cure = "pass one value per placeholder, in the order of prepare",
                    .where = options.where});
  const std::shared_ptr<const Impl> impl = impl_;
  Few<const Tensor*> pointers;
  for (const Tensor& value : values) pointers.push_back(&value);
  Session::Impl& session = *impl->session;
  const std::span<const Endpoint> fetches = view(impl->fetches);
  const std::span<const Endpoint> placeholders = view(impl->placeholders);
  const std::span<const Tensor* const> given = view(pointers);
  session.check_run(placeholders, given, options);
  if (options.until.value || options.check_numerics)
    return session.run_checked(fetches, placeholders, given, options);
  std::shared_ptr<RunnablePlan> plan = impl->find(given);
  if (plan == nullptr) {
    plan = session.plan_for(fetches, placeholders, given, options);
    impl->remember(given, plan);
  }
  return session.run_checked(fetches, placeholders, given, options, std::move(plan));
}

}  // namespace deft
