#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

#include "plan/plan.hpp"

namespace deft {

/// What an error says of a variable without a value.
inline constexpr std::string_view how_to_initialize =
    "run global_variables_initializer(graph) first: it initializes the variables that exist "
    "when it is made";

/// The values of a session's variables: what the last complete step left.
class VariableStore {
 public:
  struct Slot {
    Tensor value;
    bool has_value = false;
  };

  /// The places of the plan's variables; they stay as long as the store.
  std::vector<Slot*> slots(const Plan& plan);

  /// Hands out one consistent state of `slots`, which are those of the plan, by `take(i, tensor)`;
  /// skips variables that are only written and have no value yet. Throws RunError that lists all
  /// variables that are read but have no value yet.
  template <class Take>
  void read(const Plan& plan, std::span<Slot* const> slots, SourceLocation where, Take take) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (!slots[i]->has_value && plan.variables[i].start != none) refuse(plan, slots, where);
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (slots[i]->has_value) take(i, slots[i]->value);
  }

  /// Calls `write` that gives slots new values, which so become visible all at once.
  template <class Write>
  void write(Write write) {
    const std::lock_guard lock(mutex_);
    write();
  }

  /// The values of some variables, of one consistent state; null for those without one.
  std::vector<std::optional<Tensor>> values(std::span<const NodeId> variables) const;

  /// All that have a value, of one consistent state.
  std::vector<std::pair<NodeId, Tensor>> all() const;

  /// Gives variables values, which become visible all at once. Under `writer`.
  void set(std::span<const std::pair<NodeId, Tensor>> values);

  /// Steps that this session has done together with a group of processes.
  std::int64_t group_steps() const;
  void count_group_steps(std::int64_t done);
  void set_group_steps(std::int64_t steps);

  /// Held by a run that writes, from its first read to its last write.
  std::timed_mutex& writer() { return writer_; }

 private:
  [[noreturn]] static void refuse(const Plan& plan, std::span<Slot* const> slots,
                                  SourceLocation where);

  std::timed_mutex writer_;
  mutable std::mutex mutex_;  // guards the rest
  std::unordered_map<NodeId, Slot> slots_;
  std::int64_t group_steps_ = 0;
};

}  // namespace deft
