#include "lane.hpp"

#include <utility>

#include "kernels/environment/blocked_signals.hpp"

namespace deft::collectives {

Lane::Lane() {
  const BlockedSignals inherited(BlockedSignals::Extent::ordinary);
  thread_ = std::thread([this] { loop(); });
}

Lane::~Lane() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Lane::start(Job& job) {
  {
    const std::scoped_lock lock(mutex_);
    job.done_ = false;
    job.error_ = nullptr;
    jobs_.push_back(&job);
  }
  changed_.notify_all();
}

bool Lane::wait_for(const Job& job, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [&] { return job.done_; });
}

void Lane::wait(const Job& job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return job.done_; });
  if (job.error_) std::rethrow_exception(job.error_);
}

void Lane::run(std::function<void()> work) {
  Job job(std::move(work));
  start(job);
  wait(job);
}

void Lane::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ends_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job& job = *jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    std::exception_ptr error;
    try {
      job.work_();
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    job.error_ = std::move(error);
    job.done_ = true;
    changed_.notify_all();
  }
}

}  // namespace deft::collectives
