#include "explain.hpp"

#include <algorithm>
#include <chrono>

#include "plan_edges.hpp"
#include "units.hpp"

namespace deft {
namespace {

double nanoseconds(Recorder::Clock::duration time) {
  return std::chrono::duration<double, std::nano>(time).count();
}

/// In how many pieces threads may share an instruction: chunks, or in lockstep blocks.
std::int64_t chunks(const Plan& plan, std::uint32_t index) {
  const Instruction& instruction = plan.instructions[index];
  if (plan.lockstep > 1 && plan.partials.contains(index)) return instruction.blocks;
  return instruction.split == none ? 1 : plan.splits[instruction.split].chunks;
}

Explanation::Operation operation(const Plan& plan, std::uint32_t index) {
  const Instruction& instruction = plan.instructions[index];
  const Node& node = plan.graph.node(instruction.node);
  Explanation::Operation made{.op = std::string(plan.op_of(index)),
                              .node = node.name(),
                              .where = node.where,
                              .nanoseconds = instruction.nanoseconds,
                              .blocks = instruction.blocks,
                              .chunks = chunks(plan, index)};
  if (plan.fused_nodes.contains(index))
    for (std::size_t i = 0; i < plan.nodes_of(index).size(); ++i) {
      const Node& part = plan.graph.node(plan.nodes_of(index)[i]);
      made.parts.push_back({std::string(plan.op_of_node(index, i)), part.name(), part.where});
    }
  return made;
}

/// The longest chain that ends with each instruction.
struct Chains {
  std::vector<double> nanoseconds;
  std::vector<std::uint32_t> before;  // the instruction before the last; none: it is the first

  /// Instruction i takes time(i).
  template <class Time>
  Chains(const Plan& plan, Time time)
      : nanoseconds(plan.instructions.size(), 0), before(plan.instructions.size(), none) {
    for (std::uint32_t i = 0; i < nanoseconds.size(); ++i) {
      nanoseconds[i] += time(i);
      for (const std::uint32_t next : plan.successors_of(i)) {
        if (before[next] != none && nanoseconds[next] >= nanoseconds[i]) continue;
        nanoseconds[next] = nanoseconds[i];
        before[next] = i;
      }
    }
  }

  double longest() const {
    return nanoseconds.empty() ? 0 : *std::ranges::max_element(nanoseconds);
  }

  /// The instructions of the longest one.
  std::vector<std::uint32_t> instructions() const {
    std::vector<std::uint32_t> chain;
    if (nanoseconds.empty()) return chain;
    const auto last = std::ranges::max_element(nanoseconds) - nanoseconds.begin();
    for (auto i = static_cast<std::uint32_t>(last); i != none; i = before[i]) chain.push_back(i);
    std::ranges::reverse(chain);
    return chain;
  }
};

void take_measured_times(const PlanTotals& measured, Explanation& explanation) {
  explanation.measured_steps = measured.steps;
  for (std::size_t i = 0; i < explanation.operations.size(); ++i)
    if (const Recorder::Total& total = measured.instructions[i]; total.count != 0)
      explanation.operations[i].nanoseconds =
          nanoseconds(total.time) / static_cast<double>(total.count);
  explanation.step_nanoseconds =
      nanoseconds(measured.step_time) / static_cast<double>(measured.steps);
}

double quotient(double work, double time) { return time > 0 ? work / time : 1; }

void compare(const Plan& plan, Explanation& e) {
  for (const Explanation::Operation& each : e.operations) e.work_nanoseconds += each.nanoseconds;
  const Chains whole(plan, [&](std::size_t i) { return e.operations[i].nanoseconds; });
  const Chains shared(plan, [&](std::size_t i) {
    const Explanation::Operation& each = e.operations[i];
    return each.nanoseconds / static_cast<double>(std::min<std::int64_t>(e.threads, each.chunks));
  });
  e.span_nanoseconds = whole.longest();
  e.least_nanoseconds = std::max(shared.longest(), e.work_nanoseconds / e.threads);
  e.ideal_speed_up = quotient(e.work_nanoseconds, e.span_nanoseconds);
  e.best_speed_up = quotient(e.work_nanoseconds, e.least_nanoseconds);
  if (e.measured_steps != 0) e.achieved_speed_up = quotient(e.work_nanoseconds, e.step_nanoseconds);

  const PlanEdges edges(plan);
  std::uint32_t before = none;
  for (const std::uint32_t i : whole.instructions()) {
    e.chain.push_back({i, before == none ? std::string() : edges.describe(before, i)});
    before = i;
  }
}

/// Why the plan's steps run in order or not: by the estimates that decided it.
std::string schedule_text(const Plan& plan, int threads) {
  if (threads == 1) return "the session has one thread";
  const double work = plan.work_nanoseconds;
  const double gain = plan.gain_nanoseconds;
  if (plan.lockstep == 0)
    return "threads would repeat the step side by side, but need more than the memory_limit";
  if (plan.lockstep > 1)
    return std::to_string(plan.lockstep) +
           " threads repeat the step side by side and share the blocks of long operations, which "
           "saves an estimated " +
           time_text(gain) + " of " + time_text(work) + " a step";
  if (gain < 1e-3 * work && !plan.parallel)
    return "every operation waits for the one before it, and none is long enough to be shared";
  const std::string saving =
      "save an estimated " + time_text(gain) + " of " + time_text(work) + " a step";
  return plan.parallel
             ? "threads may " + saving + "; sleeping ones are woken if a run's steps are worth it"
             : "threads would " + saving + ", less than it costs to hand work over";
}

}  // namespace

Explanation explain(const Plan& plan, int threads, const std::optional<PlanTotals>& measured) {
  Explanation explanation;
  explanation.threads = threads;
  explanation.parallel = plan.parallel || plan.lockstep > 1;
  explanation.arena_bytes = plan.arena_bytes;
  explanation.peak_bytes = plan.peak_bytes;
  for (const auto& [name, did] : plan.passes) explanation.passes.push_back({name, did});
  explanation.schedule = schedule_text(plan, threads);
  for (std::uint32_t i = 0; i < plan.instructions.size(); ++i)
    explanation.operations.push_back(operation(plan, i));
  explanation.rewrites = plan.rewrites;
  if (plan.once != nullptr)
    for (std::uint32_t i = 0; i < plan.once->instructions.size(); ++i)
      explanation.once.push_back(operation(*plan.once, i));
  if (measured) take_measured_times(*measured, explanation);
  compare(plan, explanation);
  return explanation;
}

}  // namespace deft
