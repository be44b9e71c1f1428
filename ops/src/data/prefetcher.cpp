#include "prefetcher.hpp"

#include <utility>

#include "kernels/environment/blocked_signals.hpp"

namespace deft {

Prefetcher::Prefetcher(Make make, std::int64_t ahead)
    : make_(std::move(make)), slots_(static_cast<std::size_t>(ahead)) {
  const BlockedSignals inherited_by_the_thread(BlockedSignals::Extent::ordinary);
  thread_ = std::thread([this] { work(); });
}

Prefetcher::~Prefetcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::vector<Tensor> Prefetcher::take(std::int64_t step) {
  const std::lock_guard turn(turn_);
  const auto number = static_cast<std::uint64_t>(step);
  std::unique_lock lock(mutex_);
  want_from(number);
  Slot& slot = slot_of(number);
  changed_.wait(lock, [&] { return slot.made.has_value(); });
  Made made = *std::exchange(slot.made, {});
  want_from(number + 1);
  if (made.error) std::rethrow_exception(made.error);
  return std::move(made.tensors);
}

bool Prefetcher::is_wanted(std::uint64_t step) const {
  return first_ && step >= *first_ && step - *first_ < slots_.size();
}

/// The first wanted step that has not been made.
std::optional<std::uint64_t> Prefetcher::next() const {
  if (!first_) return {};
  for (std::uint64_t step = *first_; is_wanted(step); ++step)
    if (!slots_[step % slots_.size()].made) return step;
  return {};
}

/// Wants `step` and those that follow, and no others.
void Prefetcher::want_from(std::uint64_t step) {
  first_ = step;
  for (Slot& slot : slots_)
    if (!is_wanted(slot.step)) slot.made.reset();
  changed_.notify_all();
}

Prefetcher::Made Prefetcher::made(std::uint64_t step) const {
  try {
    return {.tensors = make_(static_cast<std::int64_t>(step))};
  } catch (...) {
    return {.error = std::current_exception()};
  }
}

void Prefetcher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || next(); });
    if (stopping_) return;
    const std::uint64_t step = *next();
    lock.unlock();
    Made result = made(step);
    lock.lock();
    if (!is_wanted(step)) continue;
    slot_of(step) = {step, std::move(result)};
    changed_.notify_all();
  }
}

}  // namespace deft
