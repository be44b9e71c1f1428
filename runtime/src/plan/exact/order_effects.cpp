#include <algorithm>
#include <bit>
#include <map>
#include <span>
#include <vector>

#include <deft/core/error.hpp>

#include "plan/draft.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// By value: the last position that reads it.
std::vector<std::uint32_t> last_readers(const Draft& draft) {
  std::vector<std::uint32_t> last(draft.specs.size(), 0);
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    for (const ValueId input : draft.inputs_of(at)) last[input] = at;
  return last;
}

/// The assigns to one variable, in execution order.
struct Written {
  std::uint32_t variable = 0;  // its position
  std::vector<std::uint32_t> assigns;
};

[[noreturn]] void refuse_conflict(const Draft& draft, std::uint32_t variable, std::uint32_t first,
                                  std::uint32_t second) {
  refuse_node(draft.node(second), draft.graph,
              {.code = ErrorCode::write_conflict,
               .message = "this assign to " + name_and_line(draft.node(variable)) +
                          " and the assign " + name_and_line(draft.node(first)) +
                          " are in no order, so which value should remain is undefined",
               .cure = "order them by a control dependency, or run them one after the other"});
}

/// Finds which assigns precede which reads: for 64 assigns at a time, in one walk over the
/// positions from the first of them to the last read of their variables.
class Precedence {
 public:
  Precedence(Draft& draft, const std::vector<Written>& written)
      : draft_(draft),
        written_(written),
        inputs_(draft.inputs),
        last_readers_(last_readers(draft)),
        variable_of_(draft.specs.size(), none),
        before_(draft.order.size(), 0),
        in_batch_(written.size(), 0) {
    for (std::uint32_t v = 0; v < written.size(); ++v) {
      variable_of_[start_of(v)] = v;
      for (std::uint32_t i = 0; i < written[v].assigns.size(); ++i)
        assigns_.push_back({written[v].assigns[i], v, i});
    }
    std::ranges::sort(assigns_, {}, &Assign::at);
  }

  /// Makes every read one of what the last assign before it wrote. Throws RunError for two assigns
  /// to one variable in no order.
  void rewrite_reads() {
    for (std::size_t first = 0; first < assigns_.size(); first += 64)
      walk(std::span(assigns_).subspan(first, std::min<std::size_t>(64, assigns_.size() - first)));
  }

 private:
  struct Assign {
    std::uint32_t at = 0;
    std::uint32_t variable = 0;  // index of written_
    std::uint32_t number = 0;    // among its assigns
  };

  ValueId start_of(std::uint32_t variable) const {
    return draft_.first_value[written_[variable].variable];
  }

  void walk(std::span<const Assign> batch) {
    std::uint32_t last = 0;
    for (const Assign& assign : batch)
      last = std::max({last, last_readers_[start_of(assign.variable)],
                       written_[assign.variable].assigns.back()});
    for (std::size_t i = 0; i < batch.size(); ++i)
      in_batch_[batch[i].variable] |= std::uint64_t{1} << i;
    std::size_t next = 0;  // of the batch
    const std::uint32_t first = batch[0].at;
    for (std::uint32_t at = first; at <= last; ++at) {
      check_interrupt(draft_, at);
      std::uint64_t before = 0;  // bit i: batch[i] precedes the position
      if (draft_.needed[at]) {
        for (const std::uint32_t waited_for : draft_.waits_of(at))
          if (waited_for >= first) before |= before_[waited_for];
        if (before != 0) rewrite_inputs(batch, at, before);
        check_order(batch, at, before);
      }
      if (next < batch.size() && batch[next].at == at) before |= std::uint64_t{1} << next++;
      before_[at] = before;
    }
    for (const Assign& assign : batch) in_batch_[assign.variable] = 0;
  }

  /// Makes position `at` read what the last of the assigns `before` to a variable wrote. Batches
  /// come in order, so a later one finds later assigns and overrules this one.
  void rewrite_inputs(std::span<const Assign> batch, std::uint32_t at, std::uint64_t before) {
    const std::span<const ValueId> starts = inputs_[at];
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::uint32_t variable = variable_of_[starts[i]];
      if (variable == none) continue;
      const auto last = static_cast<std::size_t>(std::bit_width(before & in_batch_[variable]));
      if (last != 0) draft_.inputs[at][i] = draft_.first_value[batch[last - 1].at];
    }
  }

  /// Refuses the assign at `at`, if it is one, where the assign to the variable that comes before
  /// it in the order, and is in the batch, does not precede it.
  void check_order(std::span<const Assign> batch, std::uint32_t at, std::uint64_t before) const {
    if (draft_.node(at).op->effect != Effect::writes_variable) return;
    const auto assign = std::ranges::lower_bound(assigns_, at, {}, &Assign::at);
    if (assign->number == 0) return;
    const std::uint32_t previous = written_[assign->variable].assigns[assign->number - 1];
    const auto found = std::ranges::lower_bound(batch, previous, {}, &Assign::at);
    if (found == batch.end() || found->at != previous) return;
    if (((before >> (found - batch.begin())) & 1U) == 0)
      refuse_conflict(draft_, written_[assign->variable].variable, previous, at);
  }

  Draft& draft_;
  const std::vector<Written>& written_;
  const Lists inputs_;  // by position: as if nothing were written
  const std::vector<std::uint32_t> last_readers_;
  std::vector<std::uint32_t> variable_of_;  // by value: of written_ whose start it is, or none
  std::vector<std::uint64_t> before_;       // by position, of the present batch
  std::vector<std::uint64_t> in_batch_;     // by variable: its assigns
  std::vector<Assign> assigns_;             // by position
};

/// Fills `inputs` as if nothing were written: every read of a variable is of its value at the start
/// of the step.
void read_at_start(Draft& draft) {
  draft.inputs.reserve(draft.order.size(), 2 * draft.order.size());
  std::vector<ValueId> inputs;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    inputs.clear();
    for (const Endpoint input : draft.node(at).inputs) inputs.push_back(draft.value(input));
    draft.inputs.append(inputs);
  }
}

}  // namespace

std::string order_effects(Draft& draft) {
  read_at_start(draft);
  std::map<std::uint32_t, std::vector<std::uint32_t>> writers;  // by position of the variable
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at]) continue;
    const Node& node = draft.node(at);
    if (node.op->effect == Effect::reads_variable) writers[at];
    if (node.op->effect == Effect::writes_variable)
      writers[draft.position[node.inputs[0].node]].push_back(at);
  }
  std::vector<Written> written_variables;
  for (const auto& [variable, assigns] : writers) {
    const ValueId start = draft.first_value[variable];
    PlanVariable entry;
    entry.node = draft.order[variable];
    entry.spec = *draft.specs[start];
    entry.start = start;
    if (!assigns.empty()) entry.final = draft.first_value[assigns.back()];
    if (!assigns.empty()) written_variables.push_back({variable, assigns});
    draft.variables.push_back(entry);
  }
  if (!written_variables.empty()) Precedence(draft, written_variables).rewrite_reads();
  const auto written = std::count_if(draft.variables.begin(), draft.variables.end(),
                                     [](const PlanVariable& v) { return v.final != none; });
  return count_text(draft.variables.size(), "variable") + ", " + std::to_string(written) +
         " written";
}

}  // namespace deft
