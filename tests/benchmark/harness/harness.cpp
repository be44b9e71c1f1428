#include "harness.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

namespace deft::benchmark {
namespace {

constexpr double sample_seconds = 0.02;

double seconds_of(const Work& work, std::int64_t repetitions) {
  const Stopwatch stopwatch;
  work(repetitions);
  return stopwatch.seconds();
}

/// How many repetitions fill a sample. Doubles until a tenth of one is filled, so that the estimate
/// is good and the first, cold repetitions do not count.
std::int64_t calibrate(const Work& work) {
  std::int64_t repetitions = 1;
  work(repetitions);
  double seconds = seconds_of(work, repetitions);
  while (seconds < sample_seconds / 10) {
    repetitions *= 2;
    seconds = seconds_of(work, repetitions);
  }
  const double wanted = static_cast<double>(repetitions) * sample_seconds / seconds;
  return std::max<std::int64_t>(1, std::llround(std::ceil(wanted)));
}

/// Threads of the other side may still be spinning for work, those of libgomp for some 15 ms, on a
/// core that this side is about to use.
void let_other_threads_sleep() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

}  // namespace

Sampler timed(const Setting& setting, Work work, double figure_per_second) {
  const std::int64_t repetitions = setting.smoke ? 1 : calibrate(work);
  const bool settle = setting.threads > 1 && !setting.smoke;
  return [=, work = std::move(work)] {
    if (settle) let_other_threads_sleep();
    // The other side's data left the caches, and this side's threads went to sleep.
    work(std::max<std::int64_t>(1, repetitions / 8));
    return figure_per_second * seconds_of(work, repetitions) / static_cast<double>(repetitions);
  };
}

std::vector<double> Samples::ratios() const {
  std::vector<double> result(deft.size());
  std::transform(deft.begin(), deft.end(), reference.begin(), result.begin(), std::divides<>());
  return result;
}

Samples alternate(const Contest& contest, int rounds) {
  Samples samples;
  for (int round = 0; round < rounds; ++round) {
    const bool deft_first = round % 2 == 0;
    if (deft_first) samples.deft.push_back(contest.deft());
    samples.reference.push_back(contest.reference());
    if (!deft_first) samples.deft.push_back(contest.deft());
  }
  return samples;
}

}  // namespace deft::benchmark
