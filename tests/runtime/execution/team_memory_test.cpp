#include "execution/team_memory.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/on_threads.hpp"

namespace deft {
namespace {

/// How often each of 0, 1, ... was seen, by any thread.
class Tally {
 public:
  explicit Tally(std::size_t count) : seen_(count) {}
  void see(std::uint32_t item) { ++seen_.at(item); }
  bool each_is(int times) const {
    for (const std::atomic<int>& seen : seen_)
      if (seen != times) return false;
    return true;
  }

 private:
  std::vector<std::atomic<int>> seen_;
};

TEST_CASE("a range gives each of its chunks once, from both ends") {
  ChunkRange range;
  CHECK(range.take_front() == none);
  range.set(3, 6);
  CHECK(range.take_back() == 5);
  CHECK(range.take_front() == 3);
  CHECK(range.take_front() == 4);
  CHECK(range.take_front() == none);
  CHECK(range.take_back() == none);
  range.set(0, 1);
  CHECK(range.take_back() == 0);
  CHECK(range.take_back() == none);
}

TEST_CASE("threads take every chunk of a split once, and one of them is last") {
  for (const int threads : {1, 2, 3, 20}) {
    for (const std::uint32_t chunks : {1U, 2U, 7U, 1000U}) {
      SplitState split(chunks, threads);
      Tally tally(chunks);
      std::atomic<int> last{0};
      constexpr int steps = 20;
      for (int step = 1; step <= steps; ++step) {
        split.reset();
        on_threads(std::min(threads, 4), [&](int thread) {
          std::uint32_t done = 0;
          for (std::uint32_t c = split.take(thread); c != none; c = split.take(thread), ++done)
            tally.see(c);
          if (done != 0 && split.finish(done)) ++last;
        });
        CHECK(tally.each_is(step));
      }
      CHECK(last == steps);
      CHECK(split.take(0) == none);
    }
  }
}

TEST_CASE("a thread begins with its own part of a split, in order, the same in every step") {
  SplitState split(12, 3);
  for (int step = 0; step < 2; ++step) {
    split.reset();
    for (const int thread : {2, 0, 1})
      for (std::uint32_t i = 0; i < 4; ++i)
        CHECK(split.take(thread) == static_cast<std::uint32_t>(thread) * 4 + i);
    CHECK(split.take(1) == none);
  }
  split.reset();
  for (int i = 0; i < 4; ++i) split.take(1);
  CHECK(split.take(1) == 11);  // then helps the next one, from the back
}

TEST_CASE("a queue gives its items in order, and none when it is empty") {
  ReadyQueue queue(4);
  CHECK(queue.pop() == none);
  for (int step = 0; step < 3; ++step) {
    queue.fill(7);
    queue.push(0);
    CHECK(queue.size() == 2);
    CHECK(queue.pop() == 7);
    queue.push(9);
    CHECK(queue.pop() == 0);
    CHECK(queue.pop() == 9);
    CHECK(queue.pop() == none);
    CHECK(queue.size() == 0);
    queue.push(5);
    queue.clear();
    CHECK(queue.size() == 0);
    CHECK(queue.pop() == none);
  }
}

TEST_CASE("of the items that threads push and pop at once each is popped once") {
  constexpr std::uint32_t per_thread = 2000;
  constexpr int threads = 4;
  ReadyQueue queue(threads * per_thread);
  for (int step = 0; step < 5; ++step) {
    Tally tally(threads * per_thread);
    std::atomic<std::uint32_t> popped{0};
    on_threads(threads, [&](int thread) {
      const auto first = static_cast<std::uint32_t>(thread) * per_thread;
      std::uint32_t pushed = 0;
      while (popped < threads * per_thread) {
        if (pushed < per_thread) queue.push(first + pushed++);
        if (pushed % 3 == 0 || pushed == per_thread)
          if (const std::uint32_t item = queue.pop(); item != none) {
            tally.see(item);
            ++popped;
          }
      }
    });
    CHECK(tally.each_is(1));
    CHECK(queue.size() == 0);
    queue.clear();
  }
}

TEST_CASE("a thread takes from its own queue first, then from the others'") {
  ReadyQueues queues(8, 3);
  queues.of(0).fill(10);
  queues.of(1).fill(11);
  queues.of(1).fill(12);
  queues.of(2).fill(13);
  CHECK(queues.size() == 4);
  CHECK(queues.pop(1) == 11);
  CHECK(queues.pop(1) == 12);
  CHECK(queues.pop(1) == 13);
  CHECK(queues.pop(1) == 10);
  CHECK(queues.pop(1) == none);
  queues.of(2).push(3);
  queues.clear();
  CHECK(queues.pop(2) == none);
}

TEST_CASE("of the items in the queues of many threads each is popped once") {
  constexpr std::uint32_t items = 4000;
  for (const int threads : {1, 4, 40}) {
    ReadyQueues queues(items, threads);
    for (int step = 0; step < 5; ++step) {
      Tally tally(items);
      std::atomic<std::uint32_t> next{0};
      std::atomic<std::uint32_t> popped{0};
      on_threads(4, [&](int thread) {
        const int number = thread * threads / 4;
        while (popped < items) {
          if (const std::uint32_t item = next++; item < items) queues.of(number).push(item);
          if (const std::uint32_t item = queues.pop(number); item != none) {
            tally.see(item);
            ++popped;
          }
        }
      });
      CHECK(tally.each_is(1));
      CHECK(queues.size() == 0);
      queues.clear();
    }
  }
}

TEST_CASE("a plan that runs in order needs no memory for a team") {
  Plan plan;
  plan.instructions.resize(3);
  plan.splits = {{.blocks_per_chunk = 1, .chunks = 4}};
  const TeamMemory alone(plan, 4);
  CHECK(alone.pending == nullptr);
  CHECK(alone.splits.empty());
  plan.parallel = true;
  const TeamMemory team(plan, 4);
  CHECK(team.pending != nullptr);
  CHECK(team.splits.size() == 1);
}

}  // namespace
}  // namespace deft
