#include "frame.hpp"

#include <cstring>
#include <utility>

#include <deft/core/large_pages.hpp>
#include <deft/core/visit_dtype.hpp>

#include "address_of.hpp"
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
  prefer_large_pages(arena, bytes);
  return static_cast<std::byte*>(arena);
}

}  // namespace

Frame::Frame(const Plan& plan, std::span<VariableStore::Slot* const> slots, int threads)
    : plan_(plan),
      slots_(slots),
      arena_(allocate_arena(plan)),
      thread_scratch_(arena_.get() + plan.thread_scratch_offset),
      thread_stride_(plan.thread_scratch_stride),
      args_(plan.args.size(), nullptr),
      feeds_(plan.feeds.size()),
      results_(plan.results.size()),
      variables_(plan.variables.size()),
      team_(plan, threads) {
  void* const nothing = const_cast<void*>(address_of(Tensor()));
  for (std::size_t i = 0; i < plan.args.size(); ++i) {
    if (plan.args[i] == none) continue;
    const Value& value = plan.values[plan.args[i]];
    args_[i] = nothing;  // what remains for a result without elements
    if (value.storage == Storage::arena) args_[i] = arena_.get() + value.place;
    if (value.storage == Storage::constant)  // kernels only read their inputs
      args_[i] = const_cast<void*>(address_of(*plan.constants[value.place]));
  }
}

void Frame::point(Uses uses, const Tensor& tensor) {
  void* const to = const_cast<void*>(address_of(tensor));
  for (std::uint32_t use = uses.first; use < uses.last; ++use) args_[plan_.uses[use]] = to;
}

void Frame::bind_feeds(std::span<const Tensor* const> feeds, std::size_t first) {
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    feeds_[first + i] = feeds[i];
    point(plan_.feeds[first + i].uses, *feeds[i]);
  }
}

Tensor Frame::new_buffer(const TensorSpec& spec, NodeId node) const {
  try {
    return Tensor::uninitialized(spec.dtype, spec.shape);
  } catch (const ValueError&) {
    std::rethrow_exception(failure_of("the result", plan_.graph.node(node), plan_.graph));
  }
}

void Frame::choose_buffers(Rotation& rotation, const PlanVariable& variable, std::size_t count) {
  std::size_t chosen = 0;
  std::array<bool, 3> taken{};
  const auto choose_if = [&](auto wanted) {
    for (std::uint8_t i = 0; i < rotation.buffers.size() && chosen < count; ++i)
      if (!taken[i] && wanted(rotation.buffers[i])) {
        taken[i] = true;
        rotation.written[chosen++] = i;
      }
  };
  choose_if(
      [&](const Tensor& buffer) { return buffer.spec() == variable.spec && buffer.is_unique(); });
  // A buffer that is the session's value is free again after the run. Any other is replaced: nobody
  // knows when who holds it lets go.
  choose_if([&](Tensor& buffer) {
    if (buffer.spec() == variable.spec && buffer.raw() == rotation.start.raw()) return false;
    buffer = new_buffer(variable.spec, variable.node);
    return true;
  });
  if (count == 1) rotation.written[1] = rotation.written[0];
  rotation.turn = 0;
  rotation.advanced = false;
}

void Frame::prepare_results() {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const PlanOutput& result = plan_.results[i];
    if (results_[i].spec() == result.spec && results_[i].is_unique()) continue;
    results_[i] = new_buffer(result.spec, result.node);
    point(result.uses, results_[i]);
  }
}

void Frame::prepare_to_follow() {
  prepare_results();
  for (std::size_t i = 0; i < variables_.size(); ++i)
    if (plan_.variables[i].final != none) choose_buffers(variables_[i], plan_.variables[i], 2);
}

void Frame::follow(const Frame& other) {
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    feeds_[i] = other.feeds_[i];
    if (feeds_[i] != nullptr) point(plan_.feeds[i].uses, *feeds_[i]);
  }
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const PlanVariable& variable = plan_.variables[i];
    Rotation& rotation = variables_[i];
    const Tensor& value = other.variables_[i].current();
    if (variable.final == none) {
      rotation.start = value;
    } else {
      rotation.advanced = true;
      std::memcpy(rotation.buffers[rotation.written[rotation.turn ^ 1U]].mutable_raw(), value.raw(),
                  value.num_bytes());
      point(variable.final_uses, rotation.next());
    }
    point(variable.start_uses, rotation.current());
  }
}

void Frame::begin_run(const VariableStore& variables, std::int64_t steps, SourceLocation where) {
  prepare_results();
  if (variables_.empty()) return;
  variables.read(plan_, slots_, where,
                 [&](std::size_t i, const Tensor& value) { variables_[i].start = value; });
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const PlanVariable& variable = plan_.variables[i];
    point(variable.start_uses, variables_[i].start);
    if (variable.final == none) continue;
    choose_buffers(variables_[i], variable, steps > 1 ? 2 : 1);
    point(variable.final_uses, variables_[i].next());
  }
}

void Frame::advance() {
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const PlanVariable& variable = plan_.variables[i];
    if (variable.final == none) continue;
    Rotation& rotation = variables_[i];
    rotation.turn ^= 1U;
    rotation.advanced = true;
    point(variable.start_uses, rotation.current());
    point(variable.final_uses, rotation.next());
  }
}

const Tensor& Frame::root_of(const PlanOutput& fetched) const {
  const Value& root = plan_.values[plan_.values[fetched.value].root];
  switch (root.storage) {
    case Storage::constant:
      return *plan_.constants[root.place];
    case Storage::feed:
      return *feeds_[root.place];
    case Storage::variable:
      return variables_[root.place].current();
    case Storage::next:
      return variables_[root.place].next();
    default:
      return results_[root.place];
  }
}

Tensor Frame::fetch(std::size_t i) const {
  const PlanOutput& fetched = plan_.fetches[i];
  if (fetched.value == none) return {};
  const Tensor& tensor = root_of(fetched);
  return tensor.shape() == fetched.spec.shape ? tensor : tensor.reshaped(fetched.spec.shape);
}

double Frame::scalar(std::size_t i) const {
  const PlanOutput& fetched = plan_.fetches[i];
  const void* const from = root_of(fetched).raw();
  return visit_dtype(fetched.spec.dtype, [from]<class T>(std::type_identity<T>) {
    T value{};
    std::memcpy(&value, from, sizeof value);
    return static_cast<double>(value);
  });
}

void Frame::publish(VariableStore& variables) const {
  variables.write([&] {
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (plan_.variables[i].final == none) continue;
      slots_[i]->value = variables_[i].current();
      slots_[i]->has_value = true;
    }
  });
}

void Frame::release() {
  for (const Tensor*& feed : feeds_) feed = nullptr;
  for (Rotation& rotation : variables_) rotation.start = Tensor{};
}

}  // namespace deft
