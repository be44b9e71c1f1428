#include "plan_cache.hpp"

#include <new>

namespace deft {

std::unique_ptr<Frame> RunnablePlan::take_frame() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Frame> frame = std::move(idle_.back());
      idle_.pop_back();
      return frame;
    }
  }
  return std::make_unique<Frame>(*plan_);
}

void RunnablePlan::give_back(std::unique_ptr<Frame> frame) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    idle_.push_back(std::move(frame));
  } catch (const std::bad_alloc&) {  // then the next run makes a new one
  }
}

PlanCache::Key PlanCache::key_of(const Graph& graph, const PlanRequest& request) {
  Key key;
  // A control edge added later may change the order of a plan.
  key.push_back(static_cast<std::int64_t>(graph.added_control_edges().size()));
  key.push_back(static_cast<std::int64_t>(request.fetches.size()));
  for (const Endpoint fetch : request.fetches) {
    key.push_back(fetch.node);
    key.push_back(fetch.index);
  }
  for (const FeedSpec& feed : request.feeds) {
    key.push_back(feed.placeholder.node);
    const auto dims = feed.shape.dims();
    key.push_back(static_cast<std::int64_t>(dims.size()));
    key.insert(key.end(), dims.begin(), dims.end());
  }
  return key;
}

std::shared_ptr<RunnablePlan> PlanCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

std::shared_ptr<RunnablePlan> PlanCache::get(const Graph& graph, const PlanRequest& request,
                                             const Logger& log) {
  const Key key = key_of(graph, request);
  if (auto known = find(key)) return known;
  // Compiled outside the lock: two threads may make the same plan at first; either serves.
  auto made = std::make_shared<RunnablePlan>(compile(graph, request, log));
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
