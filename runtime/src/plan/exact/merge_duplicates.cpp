#include <algorithm>
#include <bit>

#include "mixed.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr std::int64_t small_constant = 16;  // elements; larger ones are not compared

/// The operations seen so far, by what they compute.
class Seen {
 public:
  explicit Seen(const Draft& draft)
      : draft_(draft), slots_(std::bit_ceil(2 * draft.order.size() + 2), none) {}

  /// The earlier position that computes the same as `at`; `at` itself if it is the first.
  std::uint32_t find_or_add(std::uint32_t at) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash(at) & mask;
    for (; slots_[slot] != none; slot = (slot + 1) & mask)
      if (same(slots_[slot], at)) return slots_[slot];
    slots_[slot] = at;
    return at;
  }

 private:
  std::size_t hash(std::uint32_t at) const {
    const Operation& operation = draft_.operations[at];
    std::uint64_t seed = mixed(operation.attributes->empty() ? 0 : operation.attributes->hash(),
                               std::bit_cast<std::uintptr_t>(operation.op));
    for (const ValueId input : draft_.inputs_of(at)) seed = mixed(seed, input);
    return seed;
  }

  bool same(std::uint32_t a, std::uint32_t b) const {
    const Operation& x = draft_.operations[a];
    const Operation& y = draft_.operations[b];
    return x.op == y.op && std::ranges::equal(draft_.inputs_of(a), draft_.inputs_of(b)) &&
           (x.attributes == y.attributes || *x.attributes == *y.attributes) &&
           std::ranges::equal(draft_.outputs(a), draft_.outputs(b));
  }

  const Draft& draft_;
  std::vector<std::uint32_t> slots_;
};

bool may_merge(const Draft& draft, std::size_t at) {
  if (const Tensor* value = constant_at(draft, at))
    return draft.needed[at] && !draft.pinned[at] && value->num_elements() <= small_constant;
  return may_replace(draft, at);
}

}  // namespace

std::string merge_duplicates(Draft& draft) {
  Seen seen(draft);
  std::size_t merged = 0;
  const auto merge = [&](std::uint32_t at) {
    resolve_inputs(draft, at);
    if (!may_merge(draft, at)) return;
    const std::uint32_t first = seen.find_or_add(at);
    if (first == at) return;
    ++merged;
    for (ValueId v = draft.first_value[at], w = draft.first_value[first];
         v < draft.first_value[at + 1]; ++v, ++w)
      draft.same_as[v] = w;
  };
  // Constants first: those that were appended stand behind the operations that read them.
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    if (constant_at(draft, at) != nullptr) merge(at);
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    if (constant_at(draft, at) == nullptr) merge(at);
  return merged == 0 ? "unchanged" : count_text(merged, "operation") + " computed before";
}

}  // namespace deft
