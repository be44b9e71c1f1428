#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "plan/plan.hpp"

namespace deft {

/// A range of chunks [begin, end) from which its own thread takes at the front, others at the back.
class ChunkRange {
 public:
  void set(std::uint32_t begin, std::uint32_t end) {
    range_.store(pack(begin, end), std::memory_order_relaxed);
  }

  /// One chunk, or `none`.
  std::uint32_t take_front() {
    std::uint64_t range = range_.load(std::memory_order_relaxed);
    while (begin_of(range) < end_of(range))
      if (range_.compare_exchange_weak(range, pack(begin_of(range) + 1, end_of(range)),
                                       std::memory_order_relaxed))
        return begin_of(range);
    return none;
  }
  std::uint32_t take_back() {
    std::uint64_t range = range_.load(std::memory_order_relaxed);
    while (begin_of(range) < end_of(range))
      if (range_.compare_exchange_weak(range, pack(begin_of(range), end_of(range) - 1),
                                       std::memory_order_relaxed))
        return end_of(range) - 1;
    return none;
  }

 private:
  static std::uint64_t pack(std::uint32_t begin, std::uint32_t end) {
    return (std::uint64_t{begin} << 32) | end;
  }
  static std::uint32_t begin_of(std::uint64_t range) {
    return static_cast<std::uint32_t>(range >> 32);
  }
  static std::uint32_t end_of(std::uint64_t range) { return static_cast<std::uint32_t>(range); }

  alignas(64) std::atomic<std::uint64_t> range_{0};
};

/// The chunks of one split instruction in the present step. Every thread has a range of its own,
/// the same in every step, so that its part of the data stays in its cache; when that is empty it
/// helps with the others'.
class SplitState {
 public:
  SplitState(std::uint32_t chunks, int threads);

  /// Before the first `take` of a step.
  void reset();

  /// A chunk for a thread, or `none`.
  std::uint32_t take(int thread);

  /// True for the caller that finishes the last chunk.
  bool finish(std::uint32_t chunks) {
    return unfinished_.fetch_sub(chunks, std::memory_order_acq_rel) == chunks;
  }

 private:
  static constexpr int max_ranges = 16;

  std::uint32_t chunks_;
  std::uint32_t ranges_;
  std::unique_ptr<ChunkRange[]> range_;
  alignas(64) std::atomic<std::uint32_t> unfinished_{0};
};

/// Items that are ready, for any thread to take. No more are pushed in a step than there is room,
/// so the array never wraps.
class ReadyQueue {
 public:
  explicit ReadyQueue(std::size_t capacity);

  void push(std::uint32_t item);

  /// The same, while nobody else uses the queue.
  void fill(std::uint32_t item);

  /// The oldest item, or `none`.
  std::uint32_t pop();

  std::uint32_t size() const {
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    const std::uint32_t tail = tail_.load(std::memory_order_seq_cst);
    return tail > head ? tail - head : 0;
  }

  /// Only while nobody uses the queue.
  void clear();

 private:
  std::unique_ptr<std::atomic<std::uint32_t>[]> items_;  // + 1; 0: not written yet
  alignas(64) std::atomic<std::uint32_t> head_{0};
  alignas(64) std::atomic<std::uint32_t> tail_{0};
};

/// A queue for every thread, which others empty when theirs is: so a thread goes on with what it
/// made ready itself, and begins every step with the same instructions, whose data its cache may
/// hold.
class ReadyQueues {
 public:
  ReadyQueues(std::size_t capacity, int threads);

  ReadyQueue& of(int thread) { return *queues_[static_cast<std::size_t>(thread) % queues_.size()]; }

  /// The oldest item of the thread's own queue, else of another one, or `none`.
  std::uint32_t pop(int thread);

  /// How many items wait.
  std::uint32_t size() const;

  void clear();

 private:
  static constexpr std::size_t max_queues = 16;

  std::vector<std::unique_ptr<ReadyQueue>> queues_;
};

/// What the threads of a step share beside the values: none if the plan runs in order.
struct TeamMemory {
  TeamMemory(const Plan& plan, int threads);

  std::unique_ptr<std::atomic<std::uint32_t>[]> pending;  // unfinished dependencies, by instruction
  std::vector<std::unique_ptr<SplitState>> splits;        // by Instruction::split
  ReadyQueues queues;
};

}  // namespace deft
