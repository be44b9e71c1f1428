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
#include "frame_budget.hpp"
#include "plan/plan.hpp"
#include "variable_store.hpp"

namespace deft {

/// A plan, the places of its variables in the session, and the frames that its runs leave behind
/// for later ones.
class RunnablePlan {
 public:
  RunnablePlan(std::shared_ptr<const Plan> plan, VariableStore& variables, int threads,
               FrameBudget& budget);
  ~RunnablePlan();
  RunnablePlan(const RunnablePlan&) = delete;
  RunnablePlan& operator=(const RunnablePlan&) = delete;

  const Plan& plan() const { return *plan_; }
  const std::shared_ptr<const Plan>& shared_plan() const { return plan_; }
  std::unique_ptr<Frame> take_frame();
  void give_back(std::unique_ptr<Frame> frame) noexcept;

  /// What the plan wants computed before its steps, or null.
  RunnablePlan* once() const { return once_.get(); }

  // For the budget.

  /// Of the plan, and at most of its frames, also of those that runs have.
  std::size_t held_bytes() const noexcept;
  bool has_idle_frames() const noexcept;
  void drop_idle_frames() noexcept;
  void drop_all_but_one_idle_frame() noexcept;
  std::uint64_t last_use() const { return last_use_.load(std::memory_order_relaxed); }

 private:
  std::unique_ptr<Frame> take_idle_frame() noexcept;
  std::unique_ptr<Frame> make_frame();
  void drop(std::unique_ptr<Frame> frame) noexcept;

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<RunnablePlan> once_;
  std::vector<VariableStore::Slot*> slots_;
  int threads_;
  FrameBudget& budget_;
  std::atomic<std::uint64_t> last_use_{0};  // by the budget's time
  std::atomic<std::size_t> frames_{0};      // that there are, idle ones and others
  std::atomic<Frame*> latest_{nullptr};     // the frame that the next run takes
  mutable std::mutex mutex_;                // guards idle_
  std::vector<std::unique_ptr<Frame>> idle_;
};

/// What a run asks for: endpoints to fetch, and a value per placeholder.
struct RunCall {
  std::span<const Endpoint> fetches;
  std::span<const Endpoint> placeholders;
  std::span<const Tensor* const> values;
  bool as_written = false;  // every operation by itself
  SourceLocation where;
  const RunInterrupt* interrupt = nullptr;  // of the run; may be null
};

/// The plans of a session, by fetches, feeds and the shapes of the feeds. Keeps the most recently
/// used, within `limits`.
class PlanCache {
 public:
  PlanCache(const Graph& graph, PlanOptions options, PlanCacheOptions limits, Logger log,
            VariableStore& variables);

  std::shared_ptr<RunnablePlan> get(const RunCall& call);

  /// The bytes that all plans and frames take at present.
  std::size_t used_bytes() const { return budget_.used(); }

 private:
  using Key = boost::container::small_vector<std::int64_t, 32>;
  using Entry = std::pair<Key, std::shared_ptr<RunnablePlan>>;

  Key key_of(const RunCall& call) const;
  std::shared_ptr<RunnablePlan> find(const Key& key);
  std::shared_ptr<RunnablePlan> make(const RunCall& call);
  void forget_least_recent();

  const Graph graph_;
  const PlanOptions options_;
  const std::size_t max_plans_;
  const Logger log_;
  VariableStore& variables_;
  FrameBudget budget_;
  std::mutex mutex_;            // guards the rest
  std::list<Entry> entries_;    // the most recently used first
  std::size_t plan_bytes_ = 0;  // of the plans in entries_, without frames
  std::map<Key, std::list<Entry>::iterator> index_;
};

}  // namespace deft
