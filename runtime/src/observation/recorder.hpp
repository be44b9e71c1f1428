#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "plan/plan.hpp"

namespace deft {

/// How many more events a profile keeps. Shared by runs that record at the same time.
class EventRoom {
 public:
  explicit EventRoom(std::size_t events) : events_(events) {}

  /// Takes room for up to `wanted` events.
  std::size_t take(std::size_t wanted);
  void give_back(std::size_t events) { events_.fetch_add(events, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> events_;
};

/// The times of one run's operations, thread by thread: what a Profile is made of. Each thread of
/// the run writes its own track.
class Recorder {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  /// One execution of an instruction, or of some of its blocks.
  struct Event {
    std::uint32_t instruction = 0;
    std::int64_t step = 0;
    Time begin;
    Time end;
  };
  struct alignas(64) Track {
    std::thread::id thread;
    std::vector<Event> events;
    std::size_t room = 0;      // for events, taken and not yet used
    std::int64_t dropped = 0;  // events without room; none is kept after the first of them
  };
  /// Of one instruction over all steps.
  struct Total {
    std::int64_t count = 0;  // complete executions
    Clock::duration time{0};
    Clock::duration longest{0};
  };

  /// For a run that the present thread calls. `room` outlives the recorder.
  Recorder(const Plan& plan, int threads, EventRoom& room);

  static Time now() { return Clock::now(); }

  /// Thread `thread` of the run, 0: its caller, has worked on an instruction from `begin` until
  /// now.
  void add(int thread, std::uint32_t instruction, Time begin);

  /// The execution of an instruction is complete, however many threads shared its blocks.
  void count(int thread, std::uint32_t instruction) {
    ++totals_[static_cast<std::size_t>(thread)][instruction].count;
  }

  void begin_step(std::int64_t step) {
    step_ = step;
    step_begin_ = now();
  }
  void end_step() { step_time_ += now() - step_begin_; }

  /// Of all complete steps, from begin to end.
  Clock::duration step_time() const { return step_time_; }

  /// By thread of the run.
  std::vector<Track>& tracks() { return tracks_; }
  const std::vector<Track>& tracks() const { return tracks_; }

  /// Over all threads.
  std::vector<Total> totals() const;

 private:
  bool keep(Track& track, const Event& event);

  EventRoom* room_;
  std::vector<Track> tracks_;
  std::vector<std::vector<Total>> totals_;  // by thread and instruction
  std::int64_t step_ = 0;
  Time step_begin_;
  Clock::duration step_time_{0};
};

}  // namespace deft
