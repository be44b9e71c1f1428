#include "plan_cache.hpp"

#include <algorithm>
#include <new>

namespace deft {

namespace {

/// The bytes that a session's plans and frames may take: the lower one of two limits, of which
/// `memory_limit` is none if it is 0.
std::size_t lower(std::size_t kept, std::size_t memory_limit) {
  return memory_limit == 0 ? kept : std::min(kept, memory_limit);
}

}  // namespace

RunnablePlan::RunnablePlan(std::shared_ptr<const Plan> plan, VariableStore& variables, int threads,
                           FrameBudget& budget)
    : plan_(std::move(plan)), slots_(variables.slots(*plan_)), threads_(threads), budget_(budget) {
  if (plan_->once != nullptr) {
    // The plan of what is computed once holds the whole plan, which has its operations and
    // constants.
    std::shared_ptr<const Plan> part(plan_, plan_->once.get());
    once_ = std::make_unique<RunnablePlan>(std::move(part), variables, threads, budget);
  }
  budget_.enter(*this);
}

RunnablePlan::~RunnablePlan() {
  budget_.leave(*this);
  delete latest_.load();
}

std::unique_ptr<Frame> RunnablePlan::take_frame() {
  last_use_.store(budget_.now(), std::memory_order_relaxed);
  if (auto frame = take_idle_frame()) return frame;
  return make_frame();
}

std::unique_ptr<Frame> RunnablePlan::take_idle_frame() noexcept {
  if (Frame* frame = latest_.exchange(nullptr, std::memory_order_acquire))
    return std::unique_ptr<Frame>(frame);
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Frame> frame = std::move(idle_.back());
  idle_.pop_back();
  return frame;
}

std::unique_ptr<Frame> RunnablePlan::make_frame() {
  frames_.fetch_add(1, std::memory_order_relaxed);
  try {
    budget_.make_room(*this);
    return std::make_unique<Frame>(*plan_, slots_, threads_);
  } catch (...) {
    frames_.fetch_sub(1, std::memory_order_relaxed);
    throw;
  }
}

void RunnablePlan::drop(std::unique_ptr<Frame> frame) noexcept {
  if (frame == nullptr) return;
  frame.reset();
  frames_.fetch_sub(1, std::memory_order_relaxed);
}

void RunnablePlan::give_back(std::unique_ptr<Frame> frame) noexcept {
  frame.reset(latest_.exchange(frame.release(), std::memory_order_acq_rel));
  if (frame == nullptr && !budget_.is_over()) return;
  if (budget_.is_inherited()) return static_cast<void>(frame.release());
  if (frame != nullptr) {
    const std::lock_guard lock(mutex_);
    try {
      idle_.push_back(std::move(frame));
    } catch (const std::bad_alloc&) {  // then a later run makes a new one
      drop(std::move(frame));
    }
  }
  if (budget_.is_over()) budget_.make_room(*this);
}

std::size_t RunnablePlan::held_bytes() const noexcept {
  std::size_t bytes = 0;
  const std::size_t frames = frames_.load(std::memory_order_relaxed);
  if (__builtin_mul_overflow(frames, plan_->frame_bytes, &bytes) ||
      __builtin_add_overflow(bytes, plan_->folded_bytes, &bytes))
    return static_cast<std::size_t>(-1);
  return bytes;
}

bool RunnablePlan::has_idle_frames() const noexcept {
  if (latest_.load(std::memory_order_relaxed) != nullptr) return true;
  const std::lock_guard lock(mutex_);
  return !idle_.empty();
}

void RunnablePlan::drop_idle_frames() noexcept {
  while (auto frame = take_idle_frame()) drop(std::move(frame));
}

void RunnablePlan::drop_all_but_one_idle_frame() noexcept {
  const std::lock_guard lock(mutex_);
  for (std::unique_ptr<Frame>& frame : idle_) drop(std::move(frame));
  idle_.clear();
}

PlanCache::PlanCache(const Graph& graph, PlanOptions options, PlanCacheOptions limits, Logger log,
                     VariableStore& variables)
    : graph_(graph),
      options_(options),
      max_plans_(limits.plans),
      log_(std::move(log)),
      variables_(variables),
      budget_(lower(limits.bytes, options.memory_limit)) {}

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

std::shared_ptr<RunnablePlan> PlanCache::make(const RunCall& call) {
  PlanRequest request{.fetches = {call.fetches.begin(), call.fetches.end()},
                      .feeds = {},
                      .where = call.where,
                      .interrupt = call.interrupt};
  for (std::size_t i = 0; i < call.placeholders.size(); ++i)
    request.feeds.push_back({call.placeholders[i], call.values[i]->shape()});
  PlanOptions options = options_;
  if (call.as_written) {
    options.optimizations = Optimizations::none();
    options.numerics = Numerics::exact;
  }
  return std::make_shared<RunnablePlan>(compile(graph_, request, options, log_), variables_,
                                        options_.threads, budget_);
}

std::shared_ptr<RunnablePlan> PlanCache::get(const RunCall& call) {
  const Key key = key_of(call);
  if (auto known = find(key)) return known;
  // Compiled outside the lock: two threads may make the same plan at first; either serves.
  auto made = make(call);
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return index_.at(key)->second;
  std::list<Entry> entry;  // joins the others once nothing can be refused memory any more
  entry.emplace_front(key, made);
  index_.emplace(key, entry.begin());
  entries_.splice(entries_.begin(), entry);
  plan_bytes_ += made->plan().folded_bytes;
  while (entries_.size() > max_plans_) forget_least_recent();
  while (entries_.size() > 1 && plan_bytes_ > budget_.bytes()) forget_least_recent();
  return made;
}

/// To be called under the lock. A run of the plan that is going on holds a share of the plan.
void PlanCache::forget_least_recent() {
  plan_bytes_ -= entries_.back().second->plan().folded_bytes;
  index_.erase(entries_.back().first);
  entries_.pop_back();
}

}  // namespace deft
