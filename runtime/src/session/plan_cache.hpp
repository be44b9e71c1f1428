#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "execution/frame.hpp"
#include "plan/plan.hpp"
#include "variable_store.hpp"

namespace deft {

/// A plan, the places of its variables in the session, and the frames that its runs leave behind
/// for later ones.
class RunnablePlan {
 public:
  RunnablePlan(std::shared_ptr<const Plan> plan, VariableStore& variables, int threads);
  ~RunnablePlan();
  RunnablePlan(const RunnablePlan&) = delete;
  RunnablePlan& operator=(const RunnablePlan&) = delete;

  const Plan& plan() const { return *plan_; }
  const std::shared_ptr<const Plan>& shared_plan() const { return plan_; }
  std::unique_ptr<Frame> take_frame();
  void give_back(std::unique_ptr<Frame> frame) noexcept;

  /// What the plan wants computed before its steps, or null.
  RunnablePlan* once() const { return once_.get(); }

 private:
  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<RunnablePlan> once_;
  std::vector<VariableStore::Slot*> slots_;
  int threads_;
  std::atomic<Frame*> latest_{nullptr};  // the frame that the next run takes
  std::mutex mutex_;                     // guards idle_
  std::vector<std::unique_ptr<Frame>> idle_;
};

/// What a run asks for: endpoints to fetch, and a value per placeholder.
struct RunCall {
  std::span<const Endpoint> fetches;
  std::span<const Endpoint> placeholders;
  std::span<const Tensor* const> values;
  bool as_written = false;  // every operation by itself
  SourceLocation where;
};

/// The plans of a session, by fetches, feeds and the shapes of the feeds. Keeps the most recently
/// used.
class PlanCache {
 public:
  static constexpr std::size_t capacity = 256;

  PlanCache(const Graph& graph, PlanOptions options, Logger log, VariableStore& variables);

  std::shared_ptr<RunnablePlan> get(const RunCall& call);

 private:
  using Key = boost::container::small_vector<std::int64_t, 32>;
  using Entry = std::pair<Key, std::shared_ptr<RunnablePlan>>;

  Key key_of(const RunCall& call) const;
  std::shared_ptr<RunnablePlan> find(const Key& key);
  std::shared_ptr<RunnablePlan> make(const RunCall& call) const;

  const Graph graph_;
  const PlanOptions options_;
  const Logger log_;
  VariableStore& variables_;
  std::mutex mutex_;          // guards the rest
  std::list<Entry> entries_;  // the most recently used first
  std::map<Key, std::list<Entry>::iterator> index_;
};

}  // namespace deft
