#include "execution/thread_pool.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/child_process.hpp"
#include "support/on_threads.hpp"

namespace deft {
namespace {

/// `items` things to do, of which a helper does one per call; notes who did them.
class Items final : public Job {
 public:
  explicit Items(int items) : left_(items) {}

  bool wants_help() const override { return left_ > 0; }
  void help(int worker) override {
    ++inside_;
    if (left_.fetch_sub(1) > 0) {
      ++done_;
      if (worker < 0 || worker >= 64) wrong_ = true;
    }
    --inside_;
  }

  int done() const { return done_; }
  int inside() const { return inside_; }
  bool wrong() const { return wrong_; }

 private:
  std::atomic<int> left_;
  std::atomic<int> done_{0};
  std::atomic<int> inside_{0};
  std::atomic<bool> wrong_{false};
};

/// Does not leave `help` before it is let go, or closed.
class Waiting final : public Job {
 public:
  bool wants_help() const override { return wanted; }
  void help(int worker) override {
    if (!wanted.exchange(false)) return;
    worker_number = worker;
    entered = true;
    while (!let_go && !is_closed()) std::this_thread::yield();
    left = true;
  }

  std::atomic<bool> wanted{true};
  std::atomic<bool> entered{false};
  std::atomic<bool> let_go{false};
  std::atomic<bool> left{false};
  std::atomic<int> worker_number{-1};
};

void wait_until(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::yield();
}

TEST_CASE("a pool has as many workers as it was asked for, and takes them along") {
  const std::ptrdiff_t before = count_threads();
  for (const int workers : {0, 1, 3, 20}) {
    const ThreadPool pool(workers);
    CHECK(pool.workers() == workers);
    CHECK(count_threads() >= before + workers);
  }
  CHECK(soon_has_threads(before));
}

TEST_CASE("a pool may end at once, and asleep") {
  for (int i = 0; i < 50; ++i) ThreadPool(3);
  ThreadPool pool(2);
  while (pool.has_awake()) std::this_thread::yield();
}

TEST_CASE("workers do what a job wants, from awake and from asleep") {
  for (const int workers : {1, 2, 5}) {
    ThreadPool pool(workers);
    for (const bool asleep : {false, true}) {
      while (asleep && pool.has_awake()) std::this_thread::yield();
      Items job(100);
      pool.open(job);
      while (job.done() < 100) {
        pool.call(true);
        std::this_thread::yield();
      }
      pool.close(job);
      CHECK(job.done() == 100);
      CHECK(job.inside() == 0);
      CHECK_FALSE(job.wrong());
    }
  }
}

TEST_CASE("one call wakes a worker that sleeps") {
  ThreadPool pool(1);
  for (int i = 0; i < 5; ++i) {
    while (pool.has_awake()) std::this_thread::yield();
    Waiting job;
    pool.open(job);
    pool.call(true);
    wait_until(job.entered);
    CHECK(job.worker_number == 0);
    job.let_go = true;
    wait_until(job.left);
    pool.close(job);
  }
}

TEST_CASE("a closed job has no helper, and those that it had were told") {
  ThreadPool pool(2);
  auto job = std::make_unique<Waiting>();
  pool.open(*job);
  pool.call(true);
  wait_until(job->entered);
  CHECK(job->helpers() >= 1);
  CHECK_FALSE(job->is_closed());
  CHECK_FALSE(job->left);
  pool.close(*job);
  CHECK(job->is_closed());
  CHECK(job->left);
  CHECK(job->helpers() == 0);
  job.reset();
  pool.call(true);  // nobody looks at the job any more
}

TEST_CASE("several jobs are helped at once, those without work never") {
  ThreadPool pool(3);
  Waiting idle;
  idle.wanted = false;
  Waiting first;
  Waiting second;
  for (Waiting* job : {&idle, &first, &second}) pool.open(*job);
  for (Waiting* job : {&first, &second})
    while (!job->entered) {
      pool.call(true);
      std::this_thread::yield();
    }
  CHECK(first.worker_number != second.worker_number);
  CHECK_FALSE(idle.entered);
  for (Waiting* job : {&second, &idle, &first}) pool.close(*job);
  CHECK_FALSE(idle.entered);
}

TEST_CASE("jobs of several callers at once are all done") {
  ThreadPool pool(2);
  std::atomic<int> done{0};
  on_threads(4, [&](int) {
    for (int i = 0; i < 200; ++i) {
      Items job(3);
      pool.open(job);
      pool.call(i % 2 == 0);
      while (job.wants_help()) job.help(0);  // the caller helps too
      pool.close(job);
      done += job.done();
    }
  });
  CHECK(done == 4 * 200 * 3);
}

TEST_CASE("sleep ends at the first call that wakes after those that were seen") {
  ThreadPool pool(0);
  const std::uint32_t seen = pool.calls();
  std::thread caller([&] { pool.call(true); });
  pool.sleep(seen);
  caller.join();
  CHECK(pool.calls() == seen + 1);
  pool.sleep(seen);  // there has been one: returns at once
}

}  // namespace
}  // namespace deft
