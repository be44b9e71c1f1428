#include "thread_pool.hpp"

#include <algorithm>

#include "backoff.hpp"
#include "kernels/environment/blocked_signals.hpp"
#include "kernels/environment/standard_arithmetic.hpp"

namespace deft {

ThreadPool::ThreadPool(int workers) {
  // Signals are the host program's business: its own threads handle them.
  const BlockedSignals inherited_by_workers(BlockedSignals::Extent::ordinary);
  try {
    threads_.reserve(static_cast<std::size_t>(workers));
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this, i] { work(i); });
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
  called_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::open(Job& job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(&job);
}

void ThreadPool::close(Job& job) noexcept {
  if (fork_generation() != made_in_) return;
  {
    const std::lock_guard lock(mutex_);
    std::erase(jobs_, &job);
    job.closed_.store(true, std::memory_order_release);
  }
  Backoff backoff;
  while (job.helpers_.load(std::memory_order_acquire) != 0)
    if (!backoff.wait()) std::this_thread::yield();
}

void ThreadPool::call(bool wake) {
  calls_.fetch_add(1, std::memory_order_seq_cst);
  if (!wake || sleeping_.load(std::memory_order_seq_cst) == 0) return;
  { const std::lock_guard lock(mutex_); }  // a worker that is about to sleep does so first
  called_.notify_all();
}

Job* ThreadPool::join() {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(jobs_, [](Job* job) { return job->wants_help(); });
  if (found == jobs_.end()) return nullptr;
  (*found)->helpers_.fetch_add(1, std::memory_order_relaxed);
  return *found;
}

void ThreadPool::sleep(std::uint32_t seen) {
  std::unique_lock lock(mutex_);
  sleeping_.fetch_add(1, std::memory_order_seq_cst);
  called_.wait(lock, [&] { return stopping_ || calls() != seen; });
  sleeping_.fetch_sub(1, std::memory_order_relaxed);
}

void ThreadPool::help(Job& job, int worker) {
  {
    const StandardArithmetic arithmetic;
    job.help(worker);
  }
  job.helpers_.fetch_sub(1, std::memory_order_release);
}

void ThreadPool::work(int worker) {
  Backoff backoff;
  std::uint32_t seen = 0;  // calls that have been followed
  awake_.fetch_add(1, std::memory_order_relaxed);
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (const std::uint32_t now = calls(); now != seen) {
      seen = now;
      if (Job* job = join()) {
        awake_.fetch_sub(1, std::memory_order_relaxed);
        help(*job, worker);
        awake_.fetch_add(1, std::memory_order_relaxed);
        backoff.reset();
        continue;
      }
    }
    if (backoff.wait()) continue;
    awake_.fetch_sub(1, std::memory_order_relaxed);
    sleep(seen);
    awake_.fetch_add(1, std::memory_order_relaxed);
    backoff.reset();
  }
}

}  // namespace deft
