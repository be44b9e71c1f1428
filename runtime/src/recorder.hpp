#pragma once

#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "plan.hpp"

namespace deft {

/// The times of one run's operations, thread by thread: what a Profile is made of. Each thread of
/// the run writes its own track.
class Recorder {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  /// One execution of an instruction, or of a part of its blocks.
  struct Event {
    std::uint32_t instruction = 0;
    std::int64_t step = 0;
    Time begin;
    Time end;
  };
  struct Track {
    std::thread::id thread;
    std::vector<Event> events;
    bool full = false;  // some events were dropped
  };
  /// Of one instruction over all steps.
  struct Total {
    std::int64_t parts = 0;  // events
    Clock::duration time{0};
    Clock::duration longest{0};
  };

  Recorder(const Plan& plan, int threads);

  static Time now() { return Clock::now(); }

  /// Thread `thread` of the run has worked on an instruction from `begin` until now.
  void add(int thread, std::uint32_t instruction, Time begin);

  void begin_step(std::int64_t step) { step_ = step; }

  const std::vector<Track>& tracks() const { return tracks_; }

  /// Over all threads.
  std::vector<Total> totals() const;

 private:
  static constexpr std::size_t max_events = std::size_t{1} << 20;  // that a track keeps

  std::vector<Track> tracks_;
  std::vector<std::vector<Total>> totals_;  // by thread and instruction
  std::int64_t step_ = 0;
};

}  // namespace deft
