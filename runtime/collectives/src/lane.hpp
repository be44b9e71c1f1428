#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace deft::collectives {

/// A thread that does what it is told in order, beside the threads that compute. It is interrupted
/// by no signal: a broken connection would end the process by SIGPIPE.
class Lane {
 public:
  /// What is to be done, again and again if need be. It outlives its work.
  class Job {
   public:
    Job() = default;
    explicit Job(std::function<void()> work) : work_(std::move(work)) {}

    /// Gives it other work, between two times that it is done.
    void set(std::function<void()> work) { work_ = std::move(work); }

   private:
    friend class Lane;
    std::function<void()> work_;
    std::exception_ptr error_;
    bool done_ = true;
  };

  /// Throws std::system_error if the system refuses a thread.
  Lane();
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void start(Job& job);

  /// Whether the job is done by then.
  bool wait_for(const Job& job, std::chrono::milliseconds time);

  /// Returns when the job is done; throws what it threw.
  void wait(const Job& job);

  /// Starts the work and waits for it.
  void run(std::function<void()> work);

 private:
  void loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job*> jobs_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace deft::collectives
