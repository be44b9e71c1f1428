#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace examples {

/// A line on the standard error that shows how far a loop is, and goes when the object does.
/// It shows nothing if the standard error is not a terminal.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::int64_t steps);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  bool active() const { return active_; }

  /// How many steps one thousandth of the loop has, at least 1: no need to call `show` more often.
  std::int64_t interval() const { return interval_; }

  /// How long a line stays at least.
  static constexpr std::chrono::milliseconds redrawn_after{50};

  /// Draws the line anew for `step` completed steps, unless it has just been drawn.
  void show(std::int64_t step) {
    if (active_ && step >= next_step_) draw(step, {});
  }

  /// The same, ending in a note about what the loop has come to.
  void show(std::int64_t step, const std::string& note) {
    if (active_) draw(step, note);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::int64_t step, const std::string& note);

  std::string label_;
  std::int64_t steps_;
  std::int64_t interval_;
  std::int64_t next_step_ = 1;
  bool active_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_draw_;
};

/// The line itself: "label  [=====     ]  50 %  1.2 s left  note".
std::string progress_line(const std::string& label, std::int64_t step, std::int64_t steps,
                          double seconds_so_far, const std::string& note = {});

}  // namespace examples
