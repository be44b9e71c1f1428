#include "progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace examples {

ProgressBar::ProgressBar(std::string label, std::int64_t steps)
    : label_(std::move(label)),
      steps_(steps),
      interval_(std::max<std::int64_t>(1, steps / 1000)),
      active_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (active_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::draw(std::int64_t step, const std::string& note) {
  next_step_ = step + interval_;
  const Clock::time_point now = Clock::now();
  if (now - last_draw_ < redrawn_after) return;
  last_draw_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fputs(("\r" + progress_line(label_, step, steps_, seconds, note) + "\x1b[K").c_str(),
             stderr);
}

std::string progress_line(const std::string& label, std::int64_t step, std::int64_t steps,
                          double seconds_so_far, const std::string& note) {
  constexpr int cells = 30;
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  const double seconds_left = seconds_so_far * (1.0 / done - 1.0);
  std::string bar(static_cast<std::size_t>(done * cells), '=');
  bar.resize(cells, ' ');
  char numbers[48];
  std::snprintf(numbers, sizeof numbers, "%3d %%  %.1f s left", static_cast<int>(done * 100.0),
                seconds_left);
  return label + "  [" + bar + "]  " + numbers + (note.empty() ? "" : "  " + note);
}

}  // namespace examples
