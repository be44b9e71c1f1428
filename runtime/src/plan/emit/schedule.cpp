#include <algorithm>

#include "emission.hpp"
#include "units.hpp"

namespace deft {
namespace {

// A handover between threads that spin costs 0.1 to 0.5 microseconds.
constexpr double worthwhile_gain = 3000;   // nanoseconds that a step must gain from threads
constexpr double worthwhile_share = 0.05;  // of its work that it must gain
constexpr double worthwhile_split = 4000;  // nanoseconds of an instruction that is dealt out
constexpr double worthwhile_chunk = 2000;  // nanoseconds of a chunk

// Threads in lockstep hand over once for each instruction that they share.
constexpr double exchange = 500;              // nanoseconds of a handover, with what goes with it
constexpr double worthwhile_lockstep = 1000;  // nanoseconds that a step must gain from it
constexpr double longest_lockstep = 50e3;     // a longer step is balanced better by a team
constexpr std::size_t most_exchanged = 4096;  // bytes of partials in a step

/// `before`: for every instruction, those that it waits for.
void link(const Lists& before, Plan& plan) {
  const std::size_t size = plan.instructions.size();
  plan.first_successor.assign(size + 1, 0);
  for (const std::uint32_t from : before.all()) ++plan.first_successor[from + 1];
  for (std::size_t i = 1; i <= size; ++i) plan.first_successor[i] += plan.first_successor[i - 1];
  plan.successors.resize(before.all().size());
  plan.num_dependencies.resize(size);
  std::vector<std::uint32_t> next(plan.first_successor.begin(), plan.first_successor.end() - 1);
  for (std::uint32_t to = 0; to < size; ++to) {
    plan.num_dependencies[to] = static_cast<std::uint32_t>(before[to].size());
    if (before[to].empty()) plan.initial.push_back(to);
    for (const std::uint32_t from : before[to]) plan.successors[next[from]++] = to;
  }
}

/// Cuts long instructions into chunks that several threads may share.
void split(const PlanOptions& options, Plan& plan) {
  for (Instruction& instruction : plan.instructions) {
    const bool pays = options.always_parallel || instruction.nanoseconds >= worthwhile_split;
    if (instruction.blocks < 2 || !pays) continue;
    const auto blocks = static_cast<double>(instruction.blocks);
    const double wanted = options.always_parallel
                              ? std::min(blocks, 8.0)
                              : std::clamp(instruction.nanoseconds / worthwhile_chunk, 2.0, 1e6);
    Split cut;
    cut.blocks_per_chunk = std::max<std::int64_t>(1, static_cast<std::int64_t>(blocks / wanted));
    cut.chunks = static_cast<std::uint32_t>((instruction.blocks + cut.blocks_per_chunk - 1) /
                                            cut.blocks_per_chunk);
    instruction.split = static_cast<std::uint32_t>(plan.splits.size());
    plan.splits.push_back(cut);
  }
}

/// The time of the longest chain, if up to `threads` threads share each split instruction.
double longest_chain(const Lists& before, const Plan& plan, int threads) {
  std::vector<float> finished(plan.instructions.size(), 0);
  float longest = 0;
  for (std::size_t i = 0; i < finished.size(); ++i) {
    const Instruction& instruction = plan.instructions[i];
    const auto sharing = instruction.split == none
                             ? 1.0F
                             : std::min(static_cast<float>(threads),
                                        static_cast<float>(plan.splits[instruction.split].chunks));
    for (const std::uint32_t from : before[i]) finished[i] = std::max(finished[i], finished[from]);
    finished[i] += instruction.nanoseconds / sharing;
    longest = std::max(longest, finished[i]);
  }
  return longest;
}

/// True if several threads may do the whole step each: nothing outside of it sees how often it is
/// done.
bool is_repeatable(const Draft& draft) {
  for (std::size_t at = 0; at < draft.order.size(); ++at)
    if (draft.needed[at] && draft.op(at).effect == Effect::stateful) return false;
  return true;
}

/// Nanoseconds of a step that `threads` threads do in lockstep.
double lockstep_time(const Plan& plan, int threads) {
  double time = plan.work_nanoseconds;
  for (const auto& [instruction, partials] : plan.partials)
    time += exchange - plan.instructions[instruction].nanoseconds * (1 - 1.0 / threads);
  return time;
}

/// For small steps: whether the threads, each on its own, should go through all instructions, and
/// share the blocks of long ones.
void consider_lockstep(const Draft& draft, Plan& plan) {
  const PlanOptions& options = draft.options;
  const int threads = std::min(options.threads, options.cpus);
  const double work = plan.work_nanoseconds;
  if (threads == 1 || options.always_parallel || work > longest_lockstep) return;
  std::size_t exchanged = 0;
  for (const auto& [instruction, partials] : plan.partials)
    for (const Kernel::Partials& each : partials) exchanged += each.bytes;
  const double gain = work - lockstep_time(plan, threads);
  if (gain < worthwhile_lockstep || gain + worthwhile_gain < plan.gain_nanoseconds ||
      exchanged > most_exchanged || !is_repeatable(draft))
    return;
  plan.lockstep = threads;
  plan.parallel = false;
  plan.gain_nanoseconds = gain;
}

}  // namespace

std::string schedule(const Draft& draft, const Emission& emission, Plan& plan) {
  link(emission.before, plan);
  for (const Instruction& instruction : plan.instructions)
    plan.work_nanoseconds += instruction.nanoseconds;

  const PlanOptions& options = draft.options;
  if (options.threads == 1) return "one thread: instructions run in order";
  split(options, plan);
  const double chain = longest_chain(emission.before, plan, options.threads);
  plan.gain_nanoseconds =
      plan.work_nanoseconds - std::max(chain, plan.work_nanoseconds / options.threads);
  plan.parallel = options.always_parallel ||
                  (plan.gain_nanoseconds >= worthwhile_gain &&
                   plan.gain_nanoseconds >= worthwhile_share * plan.work_nanoseconds);
  consider_lockstep(draft, plan);
  if (plan.lockstep > 1)
    return std::to_string(plan.lockstep) + " threads in lockstep, which share " +
           count_text(plan.partials.size(), "instruction");
  return plan.parallel ? count_text(plan.splits.size(), "instruction") + " split"
                       : "threads do not pay: instructions run in order";
}

}  // namespace deft
