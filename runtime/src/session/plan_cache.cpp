#include "plan_cache.hpp"

#include <new>

namespace deft {

RunnablePlan::RunnablePlan(std::shared_ptr<const Plan> plan, VariableStore& variables, int threads)
    : plan_(std::move(plan)), slots_(variables.slots(*plan_)), threads_(threads) {
  if (plan_->once == nullptr) return;
  // Its operations and constants belong to the whole plan.
  std::shared_ptr<const Plan> part(plan_, plan_->once.get());
  once_ = std::make_unique<RunnablePlan>(std::move(part), variables, threads);
}

RunnablePlan::~RunnablePlan() { delete latest_.load(); }

std::unique_ptr<Frame> RunnablePlan::take_frame() {
  if (Frame* frame = latest_.exchange(nullptr, std::memory_order_acquire))
    return std::unique_ptr<Frame>(frame);
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Frame> frame = std::move(idle_.back());
      idle_.pop_back();
      return frame;
    }
  }
  return std::make_unique<Frame>(*plan_, slots_, threads_);
}

void RunnablePlan::give_back(std::unique_ptr<Frame> frame) noexcept {
  frame.reset(latest_.exchange(frame.release(), std::memory_order_acq_rel));
  if (frame == nullptr) return;
  const std::lock_guard lock(mutex_);
  try {
    idle_.push_back(std::move(frame));
  } catch (const std::bad_alloc&) {  // then a later run makes a new one
  }
}

PlanCache::PlanCache(const Graph& graph, PlanOptions options, Logger log, VariableStore& variables)
    : graph_(graph), options_(options), log_(std::move(log)), variables_(variables) {}

PlanCache::Key PlanCache::key_of(const RunCall& call) const {
  Key key;
  // A control edge added later may change the order of a plan.
  key.push_back(static_cast<std::int64_t>(graph_.num_added_control_edges()));
  key.push_back(call.as_written ? 1 : 0);
  key.push_back(static_cast<std::int64_t>(call.fetches.size()));
  for (const Endpoint fetch : call.fetches) {
    key.push_back(fetch.node);
    key.push_back(fetch.index);
  }
  for (std::size_t i = 0; i < call.placeholders.size(); ++i) {
    key.push_back(call.placeholders[i].node);
    const auto dims = call.values[i]->shape().dims();
    key.push_back(static_cast<std::int64_t>(dims.size()));
    key.insert(key.end(), dims.begin(), dims.end());
  }
  return key;
}

std::shared_ptr<RunnablePlan> PlanCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  if (!entries_.empty() && entries_.front().first == key) return entries_.front().second;
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

std::shared_ptr<RunnablePlan> PlanCache::make(const RunCall& call) const {
  PlanRequest request{
      .fetches = {call.fetches.begin(), call.fetches.end()}, .feeds = {}, .where = call.where};
  for (std::size_t i = 0; i < call.placeholders.size(); ++i)
    request.feeds.push_back({call.placeholders[i], call.values[i]->shape()});
  PlanOptions options = options_;
  if (call.as_written) {
    options.optimizations = Optimizations::none();
    options.numerics = Numerics::exact;
  }
  return std::make_shared<RunnablePlan>(compile(graph_, request, options, log_), variables_,
                                        options_.threads);
}

std::shared_ptr<RunnablePlan> PlanCache::get(const RunCall& call) {
  const Key key = key_of(call);
  if (auto known = find(key)) return known;
  // Compiled outside the lock: two threads may make the same plan at first; either serves.
  auto made = make(call);
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return index_.at(key)->second;
  entries_.emplace_front(key, made);
  index_.emplace(key, entries_.begin());
  if (entries_.size() > capacity) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  return made;
}

}  // namespace deft
