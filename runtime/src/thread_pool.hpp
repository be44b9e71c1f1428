#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace deft {

class TaskGroup;

/// Worker threads that help callers with the tasks of their TaskGroups.
class ThreadPool {
 public:
  /// Starts `workers` threads. Throws std::system_error, with none left running, if the system
  /// refuses one.
  explicit ThreadPool(int workers);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int workers() const { return static_cast<int>(threads_.size()); }

 private:
  friend class TaskGroup;
  void work();
  void stop();

  std::mutex mutex_;  // guards everything below and the queues of all groups
  std::condition_variable work_arrived_;
  std::vector<TaskGroup*> groups_;  // that have ready tasks
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Tasks that belong together: the caller of `run` works on them until all are done, and idle
/// workers help. Tasks must not throw. A caller helps with its own tasks only, so that a task may
/// run a group of its own without a deadlock.
class TaskGroup {
 public:
  using Execute = void (*)(void* context, std::uint32_t task);

  TaskGroup(ThreadPool& pool, Execute execute, void* context)
      : pool_(pool), execute_(execute), context_(context) {}

  /// Adds a task: before `run`, or from a task of this group.
  void push(std::uint32_t task);

  /// Returns when all tasks are done.
  void run();

 private:
  friend class ThreadPool;
  std::uint32_t take();  // a ready task; under the pool's mutex
  void execute_unlocked(std::unique_lock<std::mutex>& lock, std::uint32_t task);

  ThreadPool& pool_;
  Execute execute_;
  void* context_;
  std::vector<std::uint32_t> ready_;
  std::size_t unfinished_ = 0;  // ready or being executed
  std::condition_variable changed_;
};

}  // namespace deft
