#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <deft/core/element_function.hpp>

#include "plan/evaluate.hpp"
#include "plan/facts.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr double most_flops = 1e8;          // that one operation may take while planning
constexpr std::int64_t small_result = 512;  // bytes

const Attributes no_attributes;

/// Stands for a value that the steps of a run find ready.
constexpr OpDef computed_once{.name = "computed once", .effect = Effect::fed};

std::size_t bytes_of(const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); }

/// Whether steps gain if the result at `at`, the same in all of them, is there already. Cheap
/// arithmetic in a fused group costs less than to read its result, if that is larger than what it
/// is made from.
bool pays(const Draft& draft, std::size_t at) {
  const Form form = form_at(draft, at);
  const auto* map = std::get_if<MapForm>(&form);
  if (map == nullptr || map->function == nullptr || !map->function->facts.cheap) return true;
  std::size_t read = 0;
  for (const ValueId input : draft.inputs_of(at)) read += bytes_of(*draft.specs[input]);
  const std::size_t written = bytes_of(draft.outputs(at)[0]);
  return written <= std::max(read, static_cast<std::size_t>(small_result));
}

class Hoisting {
 public:
  Hoisting(Draft& draft, std::vector<Lifetime> lifetimes)
      : draft_(draft), makers_(draft), lifetimes_(std::move(lifetimes)) {
    for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
      const bool may = may_replace(draft, at) && lifetimes_[at] != Lifetime::step;
      hoisted_.push_back(may && pays(draft, at));
    }
  }

  /// Computes what constants alone decide and what does not take long; returns how many operations.
  std::size_t evaluate_constants() {
    const auto size = static_cast<std::uint32_t>(hoisted_.size());
    for (std::uint32_t at = 0; at < size; ++at)
      if (hoisted_[at] && lifetimes_[at] == Lifetime::forever) evaluate_at(at);
    for (std::uint32_t at = 0; at < size; ++at)
      if (!known_.contains(at)) keep_read_constants(at);
    for (const DraftFetch& fetch : draft_.fetches)
      if (fetch.value != none) keep_constant(makers_[resolved(draft_, fetch.value)]);
    return known_.size();
  }

  /// The positions that remain to be computed once per run, and whose values its steps read.
  std::vector<std::uint32_t> boundary() const {
    std::vector<bool> read(hoisted_.size(), false);
    const auto note = [&](ValueId value) {
      const std::uint32_t at = makers_[value];
      if (at < read.size() && hoisted_[at] && !known_.contains(at)) read[at] = true;
    };
    for (std::uint32_t at = 0; at < read.size(); ++at)
      if (draft_.needed[at] && !hoisted_[at] && draft_.op(at).kernel != nullptr)
        for (const ValueId input : draft_.inputs_of(at)) note(input);
    for (const DraftFetch& fetch : draft_.fetches)
      if (fetch.value != none) note(resolved(draft_, fetch.value));
    std::vector<std::uint32_t> found;
    for (std::uint32_t at = 0; at < read.size(); ++at)
      if (read[at]) found.push_back(at);
    return found;
  }

 private:
  void evaluate_at(std::uint32_t at) {
    if (draft_.outputs(at).empty() || flops_at(draft_, at) > most_flops) return;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    std::vector<const Tensor*> values(inputs.size(), nullptr);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!draft_.op(at).needs_value(i)) continue;
      values[i] = value_of(inputs[i]);
      if (values[i] == nullptr) return;
    }
    auto made = evaluate(draft_.operations[at], values, input_specs(draft_, at), draft_.outputs(at),
                         draft_.request.interrupt);
    check_interrupt(draft_);
    if (made) known_.emplace(at, *std::move(made));
  }

  const Tensor* value_of(ValueId value) const {
    const std::uint32_t at = makers_[value];
    const auto found = known_.find(at);
    if (found == known_.end()) return constant_at(draft_, at);
    return &found->second[value - draft_.first_value[at]];
  }

  /// Makes constants of the computed tensors that the operation at `at` reads.
  void keep_read_constants(std::uint32_t at) {
    if (!draft_.needed[at] || draft_.op(at).kernel == nullptr) return;
    for (const ValueId input : draft_.inputs_of(at)) keep_constant(makers_[input]);
  }

  void keep_constant(std::uint32_t at) {
    if (const auto found = known_.find(at); found != known_.end() && kept_.insert(at).second)
      make_constants(draft_, makers_, at, found->second);
  }

  Draft& draft_;
  Makers makers_;
  std::vector<Lifetime> lifetimes_;
  std::vector<bool> hoisted_;
  std::unordered_map<std::uint32_t, std::vector<Tensor>> known_;  // outputs, by position
  std::unordered_set<std::uint32_t> kept_;  // positions of known_ that are constants now
};

/// A draft that makes the values at `boundary`, to be computed once per run.
std::unique_ptr<Draft> once_draft(const Draft& draft, std::span<const std::uint32_t> boundary) {
  auto once = std::make_unique<Draft>(
      Draft{.graph = draft.graph, .request = draft.request, .options = draft.options});
  once->order = draft.order;
  once->position = draft.position;
  once->operations = draft.operations;
  once->first_value = draft.first_value;
  once->specs = draft.specs;
  once->inputs = draft.inputs;
  once->same_as = draft.same_as;
  once->pinned = draft.pinned;
  once->needed.assign(draft.order.size(), false);  // drop_unused finds what is
  for (const std::uint32_t at : boundary)
    for (ValueId v = draft.first_value[at]; v < draft.first_value[at + 1]; ++v)
      once->fetches.push_back({v, draft.order[at], at});
  drop_unused(*once);
  return once;
}

/// Feeds `once` the variables that it reads, and lists them in `read`.
void feed_variables(const Draft& draft, Draft& once, std::vector<std::uint32_t>& read) {
  const Makers makers(draft);
  for (std::uint32_t i = 0; i < draft.variables.size(); ++i) {
    const ValueId start = draft.variables[i].start;
    if (!once.needed[makers[start]]) continue;
    once.fed.push_back(start);
    read.push_back(i);
  }
}

/// Makes the positions `boundary` sources, whose values the steps are fed.
void take_as_fed(Draft& draft, std::span<const std::uint32_t> boundary) {
  for (const std::uint32_t at : boundary) {
    draft.operations[at] = {&computed_once, &no_attributes};
    for (ValueId v = draft.first_value[at]; v < draft.first_value[at + 1]; ++v)
      draft.fed.push_back(v);
  }
}

bool any_lasts_a_step(const Draft& draft, const std::vector<Lifetime>& lifetimes) {
  for (std::size_t at = 0; at < lifetimes.size(); ++at)
    if (draft.needed[at] && lifetimes[at] == Lifetime::step) return true;
  return false;
}

}  // namespace

std::string hoist(Draft& draft, std::unique_ptr<Draft>& once,
                  std::vector<std::uint32_t>& once_variables) {
  std::vector<Lifetime> lasting = lifetimes(draft);
  if (!any_lasts_a_step(draft, lasting)) return "unchanged: no step differs from another";
  Hoisting hoisting(draft, std::move(lasting));
  const std::size_t computed = hoisting.evaluate_constants();
  const std::vector<std::uint32_t> boundary = hoisting.boundary();
  if (!boundary.empty()) {
    once = once_draft(draft, boundary);
    feed_variables(draft, *once, once_variables);
    take_as_fed(draft, boundary);
  }
  drop_unused(draft);
  if (computed == 0 && boundary.empty()) return "unchanged";
  return count_text(computed, "operation") + " computed, " + count_text(boundary.size(), "value") +
         " left to be computed once per run";
}

}  // namespace deft
