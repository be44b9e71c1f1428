#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include <deft/core/fork.hpp>

namespace deft {

/// Work of a caller that the threads of a pool may help with.
class Job {
 public:
  /// True if there may be something to do. Any thread may ask while the job is open.
  virtual bool wants_help() const = 0;

  /// Works on a thread of the pool, numbered from 0; returns when there has been nothing to do for
  /// a while, or soon after `is_closed`.
  virtual void help(int worker) = 0;

  bool is_closed() const { return closed_.load(std::memory_order_acquire); }
  int helpers() const { return helpers_.load(std::memory_order_relaxed); }

 protected:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() = default;

 private:
  friend class ThreadPool;
  std::atomic<bool> closed_{false};
  std::atomic<int> helpers_{0};  // threads in `help`
};

/// Worker threads that help the callers of runs with their jobs. A worker without work spins for a
/// moment, so that the next job finds it awake, then sleeps. Workers block signals, and help in
/// StandardArithmetic.
class ThreadPool {
 public:
  /// Starts `workers` threads. Throws std::system_error, with none left running, if the system
  /// refuses one.
  explicit ThreadPool(int workers);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int workers() const { return static_cast<int>(threads_.size()); }

  /// True if a worker waits for work without being asleep.
  bool has_awake() const { return awake_.load(std::memory_order_relaxed) > 0; }

  /// From now on until `close`, workers may help with the job. A caller works on its own job alone,
  /// so that a task may open a job of its own without a deadlock.
  void open(Job& job);

  /// Returns when no worker is in the job's `help` any more; at once in a forked child, which has
  /// none, and where the mutex may be locked for ever.
  void close(Job& job) noexcept;

  /// Nanoseconds of work from which it pays to wake a thread, which takes 9 to 50 microseconds.
  static constexpr double worth_waking = 50e3;

  /// An open job wants help: tells workers that are awake, and if `wake`, those that sleep.
  void call(bool wake);

  /// How often `call` was called.
  std::uint32_t calls() const { return calls_.load(std::memory_order_seq_cst); }

  /// Sleeps until a call after the first `seen` ones wakes.
  void sleep(std::uint32_t seen);

 private:
  void work(int worker);
  void stop();
  Job* join();
  static void help(Job& job, int worker);  // after `join`, and leaves it

  const std::uint64_t made_in_ = fork_generation();
  std::mutex mutex_;  // guards jobs_
  std::vector<Job*> jobs_;
  std::condition_variable called_;
  std::atomic<std::uint32_t> calls_{0};
  std::atomic<int> awake_{0};  // workers that wait and spin
  std::atomic<int> sleeping_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace deft
