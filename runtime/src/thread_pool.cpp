#include "thread_pool.hpp"

#include <algorithm>

namespace deft {

ThreadPool::ThreadPool(int workers) {
  try {
    threads_.reserve(static_cast<std::size_t>(workers));
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_arrived_.wait(lock, [this] { return stopping_ || !groups_.empty(); });
    if (stopping_) return;
    TaskGroup& group = *groups_.front();
    group.execute_unlocked(lock, group.take());
  }
}

void TaskGroup::push(std::uint32_t task) {
  {
    const std::lock_guard lock(pool_.mutex_);
    if (ready_.empty()) pool_.groups_.push_back(this);
    ready_.push_back(task);
    ++unfinished_;
    changed_.notify_one();
  }
  pool_.work_arrived_.notify_one();
}

std::uint32_t TaskGroup::take() {
  const std::uint32_t task = ready_.back();
  ready_.pop_back();
  if (ready_.empty()) std::erase(pool_.groups_, this);
  return task;
}

void TaskGroup::execute_unlocked(std::unique_lock<std::mutex>& lock, std::uint32_t task) {
  lock.unlock();
  execute_(context_, task);
  lock.lock();
  // Under the lock, so that the group outlives this notification.
  if (--unfinished_ == 0) changed_.notify_one();
}

void TaskGroup::run() {
  std::unique_lock lock(pool_.mutex_);
  while (unfinished_ != 0) {
    changed_.wait(lock, [this] { return unfinished_ == 0 || !ready_.empty(); });
    if (!ready_.empty()) execute_unlocked(lock, take());
  }
}

}  // namespace deft
