#include "interrupt.hpp"

#include <utility>

namespace deft {

RunInterrupt::Clock::time_point deadline_after(std::chrono::nanoseconds timeout) {
  const auto now = RunInterrupt::Clock::now();
  const auto left = RunInterrupt::Clock::time_point::max() - now;
  return timeout < left ? now + timeout : RunInterrupt::Clock::time_point::max();
}

RunInterrupt::RunInterrupt(std::stop_token stop, std::optional<std::chrono::nanoseconds> timeout)
    : Interrupt{[](const Interrupt& self) {
        return static_cast<const RunInterrupt&>(self).is_due();
      }},
      stop_(std::move(stop)) {
  if (timeout) deadline_ = deadline_after(*timeout);
}

bool RunInterrupt::is_due() const {
  if (reason_.load(std::memory_order_relaxed) != Reason::nothing) return true;
  Reason found = Reason::nothing;
  if (stop_.stop_requested())
    found = Reason::stop;
  else if (deadline_ && Clock::now() >= *deadline_)
    found = Reason::timeout;
  if (found == Reason::nothing) return false;
  Reason expected = Reason::nothing;
  reason_.compare_exchange_strong(expected, found, std::memory_order_relaxed);
  return true;
}

}  // namespace deft
