#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "rewriting.hpp"

namespace deft {
namespace {

/// All positions, each after the makers of its inputs and what it waits for; otherwise as they are.
class Order {
 public:
  explicit Order(const Draft& draft)
      : draft_(draft), makers_(draft), seen_(draft.order.size(), false) {}

  std::vector<std::uint32_t> positions() && {
    for (std::uint32_t at = 0; at < seen_.size(); ++at) visit(at);
    return std::move(order_);
  }

 private:
  struct Open {
    std::uint32_t at;
    std::size_t next = 0;  // of its inputs, then of its waits
  };

  void visit(std::uint32_t at) {
    open(at);
    while (!stack_.empty()) {
      Open& top = stack_.back();
      const std::span<const ValueId> inputs = draft_.inputs_of(top.at);
      const std::span<const std::uint32_t> waits = draft_.waits_of(top.at);
      const std::size_t next = top.next++;
      if (next < inputs.size()) {
        open(makers_[inputs[next]]);
      } else if (next < inputs.size() + waits.size()) {
        open(waits[next - inputs.size()]);
      } else {
        order_.push_back(top.at);
        stack_.pop_back();
      }
    }
  }

  void open(std::uint32_t at) {
    if (seen_[at]) return;
    seen_[at] = true;
    stack_.push_back({at});
  }

  const Draft& draft_;
  Makers makers_;
  std::vector<bool> seen_;
  std::vector<Open> stack_;
  std::vector<std::uint32_t> order_;
};

template <class T>
std::vector<T> permuted(const std::vector<T>& list, std::span<const std::uint32_t> order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (const std::uint32_t from : order) result.push_back(list[from]);
  return result;
}

/// Moves positions, and their values with them.
class Move {
 public:
  Move(Draft& draft, std::vector<std::uint32_t> order)
      : draft_(draft), order_(std::move(order)), position_(order_.size()) {
    for (std::uint32_t to = 0; to < order_.size(); ++to) position_[order_[to]] = to;
  }

  void run() {
    move_values();
    move_inputs();
    draft_.order = permuted(draft_.order, order_);
    draft_.operations = permuted(draft_.operations, order_);
    draft_.pinned = permuted(draft_.pinned, order_);
    draft_.needed = permuted(draft_.needed, order_);
    for (std::uint32_t& at : draft_.position)
      if (at != none) at = position_[at];
    for (auto& [after, before] : draft_.controls) {
      after = position_[after];
      before = position_[before];
    }
    std::ranges::sort(draft_.controls);
    for (DraftFetch& fetch : draft_.fetches) {
      fetch.at = position_[fetch.at];
      renumber(fetch.value);
    }
    for (PlanVariable& variable : draft_.variables) {
      renumber(variable.start);
      renumber(variable.final);
    }
    for (ValueId& value : draft_.fed) renumber(value);
  }

 private:
  void renumber(ValueId& value) const {
    if (value != none) value = value_[value];
  }

  void move_values() {
    std::vector<ValueId> values;  // in the new order
    std::vector<ValueId> first;
    values.reserve(draft_.specs.size());
    for (const std::uint32_t from : order_) {
      first.push_back(static_cast<ValueId>(values.size()));
      for (ValueId v = draft_.first_value[from]; v < draft_.first_value[from + 1]; ++v)
        values.push_back(v);
    }
    first.push_back(static_cast<ValueId>(values.size()));
    value_.resize(values.size());
    for (ValueId to = 0; to < values.size(); ++to) value_[values[to]] = to;
    draft_.first_value = std::move(first);
    draft_.specs = permuted(draft_.specs, values);
    draft_.same_as = permuted(draft_.same_as, values);
    for (ValueId& value : draft_.same_as) renumber(value);
  }

  void move_inputs() {
    Lists inputs;
    inputs.reserve(order_.size(), draft_.inputs.all().size());
    for (const std::uint32_t from : order_) {
      for (ValueId& input : draft_.inputs[from]) input = value_[input];
      inputs.append(draft_.inputs[from]);
    }
    draft_.inputs = std::move(inputs);
  }

  Draft& draft_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> position_;  // new one, by old one
  std::vector<ValueId> value_;           // new one, by old one
};

}  // namespace

void put_in_order(Draft& draft) {
  drop_unused(draft);
  std::vector<std::uint32_t> order = Order(draft).positions();
  if (std::ranges::is_sorted(order)) return;
  Move(draft, std::move(order)).run();
  drop_unused(draft);
}

}  // namespace deft
