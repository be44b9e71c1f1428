#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "frame.hpp"
#include "plan.hpp"

namespace deft {

/// A plan and the frames that its runs leave behind for later ones.
class RunnablePlan {
 public:
  explicit RunnablePlan(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

  const Plan& plan() const { return *plan_; }
  std::unique_ptr<Frame> take_frame();
  void give_back(std::unique_ptr<Frame> frame) noexcept;

 private:
  std::shared_ptr<const Plan> plan_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Frame>> idle_;
};

/// The plans of a session, by fetches, feeds and the shapes of the feeds. Keeps the most recently
/// used.
class PlanCache {
 public:
  static constexpr std::size_t capacity = 256;

  std::shared_ptr<RunnablePlan> get(const Graph& graph, const PlanRequest& request,
                                    const Logger& log);

 private:
  using Key = std::vector<std::int64_t>;
  using Entry = std::pair<Key, std::shared_ptr<RunnablePlan>>;

  static Key key_of(const Graph& graph, const PlanRequest& request);
  std::shared_ptr<RunnablePlan> find(const Key& key);

  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::map<Key, std::list<Entry>::iterator> index_;
};

}  // namespace deft
