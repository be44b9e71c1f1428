#include "emission_order.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace deft {
namespace {

/// A depth-first walk over what the units (operations and groups) wait for. Operations that are
/// best done early follow upon the last unit that they wait for; those that are best done late
/// precede the first that waits for them.
class Order {
 public:
  explicit Order(const Draft& draft)
      : draft_(draft), seen_(draft.order.size(), false), done_(draft.order.size(), false) {
    for (std::uint32_t at = 0; at < draft.order.size(); ++at)
      if (draft.needed[at] && draft.op(at).timing == Timing::early) early_.push_back(at);
  }

  std::vector<std::uint32_t> positions() && {
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at)
      if (draft_.needed[at] && draft_.op(at).timing != Timing::late) visit(at);
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at)
      if (draft_.needed[at]) visit(at);
    return std::move(order_);
  }

 private:
  /// A unit whose waits are being visited.
  struct Open {
    std::uint32_t first;       // position that stands for the unit
    std::uint32_t member = 0;  // index
    std::uint32_t wait = 0;    // index
  };

  std::span<const std::uint32_t> members(const std::uint32_t& first) const {
    const std::uint32_t group = group_at(draft_, first);
    if (group == none) return {&first, 1};
    return draft_.groups[group].members;
  }

  std::uint32_t unit_of(std::uint32_t at) const {
    const std::uint32_t group = group_at(draft_, at);
    return group == none ? at : draft_.groups[group].members.front();
  }

  void open(std::uint32_t unit) {
    seen_[unit] = true;
    stack_.push_back({unit});
  }

  void visit(std::uint32_t at) {
    if (!seen_[unit_of(at)]) open(unit_of(at));
    while (!stack_.empty()) {
      if (const std::uint32_t next = next_wait(stack_.back()); next != none) {
        open(next);
      } else {
        const std::uint32_t unit = stack_.back().first;
        stack_.pop_back();
        add(unit);
      }
    }
  }

  /// Adds the unit, unless it came early, and what may come early now.
  void add(std::uint32_t unit) {
    if (done_[unit]) return;
    done_[unit] = true;
    order_.push_back(unit);
    for (std::uint32_t& at : early_)
      if (at != none && is_ready(at)) {
        const std::uint32_t ready = std::exchange(at, none);
        seen_[ready] = true;
        add(ready);
      }
  }

  bool is_ready(std::uint32_t at) const {
    return std::ranges::all_of(draft_.waits_of(at),
                               [&](std::uint32_t before) { return done_[unit_of(before)]; });
  }

  /// The next unit that `here` waits for and that has not been seen, or `none`.
  std::uint32_t next_wait(Open& here) const {
    const std::span<const std::uint32_t> all = members(here.first);
    for (; here.member < all.size(); ++here.member, here.wait = 0) {
      const std::span<const std::uint32_t> waits = draft_.waits_of(all[here.member]);
      while (here.wait < waits.size()) {
        const std::uint32_t unit = unit_of(waits[here.wait++]);
        if (!seen_[unit]) return unit;
      }
    }
    return none;
  }

  const Draft& draft_;
  std::vector<bool> seen_;            // by position that stands for a unit
  std::vector<bool> done_;            // likewise: it is in the order
  std::vector<std::uint32_t> early_;  // positions; none: it has had its turn
  std::vector<Open> stack_;
  std::vector<std::uint32_t> order_;
};

}  // namespace

std::vector<std::uint32_t> emission_order(const Draft& draft) { return Order(draft).positions(); }

}  // namespace deft
