#include "frame_budget.hpp"

#include <limits>

#include "plan_cache.hpp"

namespace deft {

void FrameBudget::enter(RunnablePlan& plan) {
  const std::lock_guard lock(mutex_);
  plans_.push_back(&plan);
}

void FrameBudget::leave(const RunnablePlan& plan) noexcept {
  if (is_inherited()) return;
  const std::lock_guard lock(mutex_);
  std::erase(plans_, &plan);
}

std::size_t FrameBudget::used() const {
  const std::lock_guard lock(mutex_);
  return sum();
}

std::size_t FrameBudget::sum() const noexcept {
  std::size_t bytes = 0;
  for (const RunnablePlan* plan : plans_)
    if (__builtin_add_overflow(bytes, plan->held_bytes(), &bytes))
      return std::numeric_limits<std::size_t>::max();
  return bytes;
}

/// The plan with idle frames, but for `but`, that was used least recently; or null.
RunnablePlan* FrameBudget::least_recent(const RunnablePlan& but) const noexcept {
  RunnablePlan* found = nullptr;
  for (RunnablePlan* plan : plans_)
    if (plan != &but && plan->has_idle_frames() &&
        (found == nullptr || plan->last_use() < found->last_use()))
      found = plan;
  return found;
}

void FrameBudget::make_room(RunnablePlan& plan) noexcept {
  now_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  while (sum() > bytes_) {
    RunnablePlan* const other = least_recent(plan);
    if (other == nullptr) break;
    other->drop_idle_frames();
  }
  if (sum() > bytes_) plan.drop_all_but_one_idle_frame();
  over_.store(sum() > bytes_, std::memory_order_relaxed);
}

}  // namespace deft
