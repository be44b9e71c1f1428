#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "case.hpp"

namespace deft::benchmark {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

/// Something to be timed, done so many times in a row.
using Work = std::function<void(std::int64_t repetitions)>;

/// What `side->run(n)` does n times.
template <class Side>
Work runs_of(const std::shared_ptr<Side>& side) {
  return [side](std::int64_t repetitions) { side->run(repetitions); };
}

/// Samples that each repeat `work` often enough to be timed well, and give `figure_per_second`
/// times the seconds of one repetition.
Sampler timed(const Setting& setting, Work work, double figure_per_second);

/// The figures of all rounds.
struct Samples {
  std::vector<double> deft;
  std::vector<double> reference;

  std::vector<double> ratios() const;
};

/// Alternates between both sides; who comes first changes from round to round.
Samples alternate(const Contest& contest, int rounds);

}  // namespace deft::benchmark
