#include "frame.hpp"

#include <utility>

#include "run_error.hpp"

namespace deft {
namespace {

std::byte* allocate_arena(const Plan& plan) {
  const std::size_t bytes = plan.arena_bytes + 64;
  void* const arena = ::operator new (bytes, std::align_val_t{64}, std::nothrow);
  if (arena == nullptr)
    refuse_node(
        plan.graph.node(plan.largest), plan.graph,
        {.code = ErrorCode::resource_exhausted,
         .message = "needs " + std::to_string(plan.largest_bytes) + " of " + std::to_string(bytes) +
                    " bytes for the values of a run, which the system refused",
         .cure = "use smaller tensors or free memory"});
  return static_cast<std::byte*>(arena);
}

}  // namespace

Frame::Frame(const Plan& plan)
    : plan_(plan),
      arena_(allocate_arena(plan)),
      args_(plan.args.size(), nullptr),
      pending_(std::make_unique<std::atomic<std::uint32_t>[]>(plan.instructions.size())),
      results_(plan.results.size()),
      next_(plan.variables.size()),
      spare_(plan.variables.size()) {
  for (std::size_t i = 0; i < plan.args.size(); ++i) {
    if (plan.args[i] == none) continue;
    const Value& value = plan.values[plan.args[i]];
    if (value.storage == Storage::arena) args_[i] = arena_.get() + value.place;
    if (value.storage == Storage::constant)  // kernels only read their inputs
      args_[i] = const_cast<void*>(plan.constants[value.place]->raw());
  }
}

void Frame::point(ValueId value, const void* to) {
  for (std::uint32_t use = plan_.first_use[value]; use < plan_.first_use[value + 1]; ++use)
    args_[plan_.uses[use]] = const_cast<void*>(to);
}

void Frame::bind_feeds(std::span<const Tensor* const> feeds) {
  feeds_.resize(feeds.size());
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    if (plan_.feeds[i] == none) continue;
    feeds_[i] = *feeds[i];
    point(plan_.feeds[i], feeds_[i].raw());
  }
}

void Frame::bind_variables(std::vector<Tensor> values) {
  current_ = std::move(values);
  for (std::size_t i = 0; i < current_.size(); ++i)
    if (plan_.variables[i].start != none) point(plan_.variables[i].start, current_[i].raw());
}

void Frame::release() {
  feeds_.clear();
  current_.clear();
}

void Frame::make_writable(Tensor& buffer, const TensorSpec& spec, ValueId value, NodeId node) {
  if (buffer.spec() != spec || !buffer.is_unique()) {
    try {
      buffer = Tensor::uninitialized(spec.dtype, spec.shape);
    } catch (const ValueError&) {
      const Node& owner = plan_.graph.node(node);
      std::rethrow_exception(failure_of("the result", owner, plan_.graph));
    }
  }
  point(value, buffer.raw());
}

void Frame::prepare_step() {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const PlanOutput& result = plan_.results[i];
    make_writable(results_[i], result.spec, result.value, result.node);
  }
  for (std::size_t i = 0; i < next_.size(); ++i) {
    const PlanVariable& variable = plan_.variables[i];
    if (variable.final != none)
      make_writable(next_[i], variable.spec, variable.final, variable.node);
  }
}

void Frame::advance_variables() {
  for (std::size_t i = 0; i < current_.size(); ++i) {
    const PlanVariable& variable = plan_.variables[i];
    if (variable.final == none) continue;
    // The value before this step may still be seen by others; then the spare takes its place.
    Tensor old = std::exchange(current_[i], std::exchange(next_[i], Tensor{}));
    next_[i] = old.is_unique() ? std::move(old) : std::exchange(spare_[i], Tensor{});
    if (variable.start != none) point(variable.start, current_[i].raw());
  }
}

Tensor Frame::fetch(const PlanOutput& fetched) const {
  if (fetched.value == none) return {};
  const Value& root = plan_.values[plan_.values[fetched.value].root];
  const auto of_root = [&]() -> const Tensor& {
    switch (root.storage) {
      case Storage::constant:
        return *plan_.constants[root.place];
      case Storage::feed:
        return feeds_[root.place];
      case Storage::variable:
        return current_[root.place];
      case Storage::next:
        return next_[root.place];
      default:
        return results_[root.place];
    }
  };
  const Tensor& tensor = of_root();
  return tensor.shape() == fetched.spec.shape ? tensor : tensor.reshaped(fetched.spec.shape);
}

std::vector<Tensor> Frame::fetches() const {
  std::vector<Tensor> values;
  values.reserve(plan_.fetches.size());
  for (const PlanOutput& fetched : plan_.fetches) values.push_back(fetch(fetched));
  return values;
}

}  // namespace deft
