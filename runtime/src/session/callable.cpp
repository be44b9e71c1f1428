#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/runtime/session.hpp>

#include "session_impl.hpp"

namespace deft {

bool Callable::Impl::serves(const Known& plan, std::span<const Tensor* const> values) const {
  if (plan.control_edges != session->graph.num_added_control_edges()) return false;
  return std::ranges::equal(values, plan.shapes, {}, [](const Tensor* v) { return v->shape(); });
}

/// Takes no lock where the shapes are those of the call before.
RunnablePlan* Callable::Impl::find(std::span<const Tensor* const> values) const {
  const Known* const last = latest.load(std::memory_order_acquire);
  if (last == nullptr) return nullptr;
  if (serves(*last, values)) return last->plan.get();
  const std::lock_guard lock(mutex);
  const Known* const other = known_for(values);
  if (other == nullptr) return nullptr;
  latest.store(other, std::memory_order_release);
  return other->plan.get();
}

/// To be called under the lock.
const Callable::Impl::Known* Callable::Impl::known_for(
    std::span<const Tensor* const> values) const {
  const auto found =
      std::ranges::find_if(known, [&](const auto& each) { return serves(*each, values); });
  return found == known.end() ? nullptr : found->get();
}

void Callable::Impl::remember(std::span<const Tensor* const> values,
                              const std::shared_ptr<RunnablePlan>& plan) const try {
  auto made = std::make_unique<Known>(Known{{}, session->graph.num_added_control_edges(), plan});
  for (const Tensor* value : values) made->shapes.push_back(value->shape());
  const std::lock_guard lock(mutex);
  if (known.size() >= std::min(most_known, session->options.plan_cache.plans) ||
      known_for(values) != nullptr)
    return;
  known.push_back(std::move(made));
  latest.store(known.back().get(), std::memory_order_release);
} catch (const std::bad_alloc&) {  // then the next call asks the session
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
  const RunInterrupt interrupt(options.stop, options.timeout);
  if (!options.until.value.is_empty() || options.check_numerics)
    return session.run_checked(fetches, placeholders, given, options, interrupt);
  if (RunnablePlan* const known = impl->find(given))
    return session.run_checked(fetches, placeholders, given, options, interrupt, known);
  const std::shared_ptr<RunnablePlan> plan =
      session.plan_for(fetches, placeholders, given, options, interrupt);
  impl->remember(given, plan);
  return session.run_checked(fetches, placeholders, given, options, interrupt, plan.get());
}

}  // namespace deft
