#include "team_memory.hpp"

#include <algorithm>

namespace deft {

SplitState::SplitState(std::uint32_t chunks, int threads)
    : chunks_(chunks),
      ranges_(std::min(
          {static_cast<std::uint32_t>(threads), chunks, static_cast<std::uint32_t>(max_ranges)})),
      range_(std::make_unique<ChunkRange[]>(ranges_)) {}

void SplitState::reset() {
  const auto bound = [&](std::uint32_t range) {
    return static_cast<std::uint32_t>(std::uint64_t{chunks_} * range / ranges_);
  };
  for (std::uint32_t i = 0; i < ranges_; ++i) range_[i].set(bound(i), bound(i + 1));
  unfinished_.store(chunks_, std::memory_order_relaxed);
}

std::uint32_t SplitState::take(int thread) {
  const std::uint32_t own = static_cast<std::uint32_t>(thread) % ranges_;
  if (const std::uint32_t chunk = range_[own].take_front(); chunk != none) return chunk;
  for (std::uint32_t i = 1; i < ranges_; ++i)
    if (const std::uint32_t chunk = range_[(own + i) % ranges_].take_back(); chunk != none)
      return chunk;
  return none;
}

ReadyQueue::ReadyQueue(std::size_t capacity)
    : items_(std::make_unique<std::atomic<std::uint32_t>[]>(capacity)) {}

void ReadyQueue::push(std::uint32_t item) {
  const std::uint32_t at = tail_.fetch_add(1, std::memory_order_seq_cst);
  items_[at].store(item + 1, std::memory_order_seq_cst);
}

void ReadyQueue::fill(std::uint32_t item) {
  const std::uint32_t at = tail_.load(std::memory_order_relaxed);
  items_[at].store(item + 1, std::memory_order_relaxed);
  tail_.store(at + 1, std::memory_order_relaxed);
}

std::uint32_t ReadyQueue::pop() {
  std::uint32_t head = head_.load(std::memory_order_relaxed);
  while (head < tail_.load(std::memory_order_acquire)) {
    const std::uint32_t item = items_[head].load(std::memory_order_acquire);
    if (item == 0) return none;  // its pusher is about to write it
    if (head_.compare_exchange_weak(head, head + 1, std::memory_order_relaxed)) return item - 1;
  }
  return none;
}

void ReadyQueue::clear() {
  const std::uint32_t used = tail_.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < used; ++i) items_[i].store(0, std::memory_order_relaxed);
  head_.store(0, std::memory_order_relaxed);
  tail_.store(0, std::memory_order_relaxed);
}

ReadyQueues::ReadyQueues(std::size_t capacity, int threads) {
  const std::size_t count = std::min(static_cast<std::size_t>(threads), max_queues);
  for (std::size_t i = 0; i < count; ++i) queues_.push_back(std::make_unique<ReadyQueue>(capacity));
}

std::uint32_t ReadyQueues::pop(int thread) {
  const std::size_t own = static_cast<std::size_t>(thread) % queues_.size();
  for (std::size_t i = 0; i < queues_.size(); ++i)
    if (const std::uint32_t item = queues_[(own + i) % queues_.size()]->pop(); item != none)
      return item;
  return none;
}

std::uint32_t ReadyQueues::size() const {
  std::uint32_t size = 0;
  for (const auto& queue : queues_) size += queue->size();
  return size;
}

void ReadyQueues::clear() {
  for (const auto& queue : queues_) queue->clear();
}

TeamMemory::TeamMemory(const Plan& plan, int threads)
    : pending(plan.parallel
                  ? std::make_unique<std::atomic<std::uint32_t>[]>(plan.instructions.size())
                  : nullptr),
      queues(plan.parallel ? plan.instructions.size() +
                                 plan.splits.size() * static_cast<std::size_t>(threads - 1)
                           : 0,
             threads) {
  if (!plan.parallel) return;
  splits.reserve(plan.splits.size());
  for (const Split& split : plan.splits)
    splits.push_back(std::make_unique<SplitState>(split.chunks, threads));
}

}  // namespace deft
