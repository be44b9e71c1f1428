#include "arena.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <deft/core/error.hpp>

#include "happens_before.hpp"
#include "lists.hpp"
#include "run_error.hpp"

namespace deft {
namespace {

/// Bytes that one value after the other has to itself.
struct Region {
  std::size_t bytes = 0;
  ValueId value = none;           // that has it, or had it last; none: scratch
  std::uint32_t instruction = 0;  // that made the value
  bool free = false;
  NodeId largest = 0;  // that asked for so many bytes
};

/// By value: the instructions that read it, ascending, if it is in the arena.
Lists readers_of(const Plan& plan) {
  return Lists(plan.values.size(), [&](auto visit) {
    for (std::uint32_t i = 0; i < plan.instructions.size(); ++i) {
      const Instruction& instruction = plan.instructions[i];
      for (std::uint32_t input = 0; input < instruction.num_inputs; ++input) {
        const ValueId value = plan.args[instruction.first_arg + input];
        if (value != none && plan.values[value].storage == Storage::arena) visit(value, i);
      }
    }
  });
}

class Planner {
 public:
  Planner(const Draft& draft, const Emission& emission, Plan& plan)
      : draft_(draft),
        emission_(emission),
        plan_(plan),
        readers_(readers_of(plan)),
        happens_before_(plan) {}

  void run() {
    std::size_t scratch = 0;
    for (std::uint32_t i = 0; i < plan_.instructions.size(); ++i) {
      check_interrupt(draft_, i);
      const std::span<const ValueId> outputs = plan_.outputs_of(i);
      for (const ValueId output : outputs) place(i, output);
      if (scratch < emission_.scratch.size() && emission_.scratch[scratch].first == i) {
        const std::uint32_t region = take(i, emission_.scratch[scratch++].second, none);
        plan_.instructions[i].scratch_offset = region;
        release(region);
      }
      release_inputs(i);
      for (const ValueId output : outputs)
        if (in_arena(output) && readers_[output].empty()) release(region_of(output));
    }
    lay_out();
    append_thread_scratch();
  }

 private:
  static constexpr int max_tries = 8;
  static constexpr std::size_t free_limit = std::numeric_limits<std::ptrdiff_t>::max();

  /// Tensors without elements stay at the begin of the arena: a valid address is all they need.
  bool in_arena(ValueId value) const {
    const Value& v = plan_.values[value];
    return v.storage == Storage::arena && v.elements != 0;
  }
  std::size_t bytes_of(ValueId value) const {
    const Value& v = plan_.values[value];
    return static_cast<std::size_t>(v.elements) * size_of(v.dtype);
  }
  std::uint32_t region_of(ValueId value) const {
    return static_cast<std::uint32_t>(plan_.values[value].place);
  }

  /// Until `lay_out`, `Value::place` and `scratch_offset` are numbers of regions.
  void place(std::uint32_t i, ValueId value) {
    if (!in_arena(value)) return;
    if (const ValueId input = input_to_overwrite(i, bytes_of(value)); input != none) {
      plan_.values[value].place = region_of(input);
      regions_[region_of(input)].value = value;
      regions_[region_of(input)].instruction = i;
      return;
    }
    plan_.values[value].place = take(i, bytes_of(value), value);
  }

  /// An input that the kernel of i may overwrite, and that nobody else reads, or none. One that an
  /// output has taken already has a region of another value.
  ValueId input_to_overwrite(std::uint32_t i, std::size_t bytes) const {
    const unsigned allowed = emission_.in_place[i];
    if (allowed == 0) return none;
    const Instruction& instruction = plan_.instructions[i];
    const std::span<const ValueId> inputs(plan_.args.data() + instruction.first_arg,
                                          instruction.num_inputs);
    for (std::size_t k = 0; k < inputs.size() && k < 32; ++k) {
      const ValueId input = inputs[k];
      if (((allowed >> k) & 1U) == 0 || input == none || !in_arena(input) ||
          bytes_of(input) != bytes || regions_[region_of(input)].value != input ||
          readers_[input].back() != i)
        continue;
      const bool alone = std::ranges::all_of(
          readers_[input], [&](std::uint32_t r) { return r == i || happens_before_(r, i); });
      bool elsewhere = false;
      for (std::size_t other = 0; other < inputs.size(); ++other)
        elsewhere = elsewhere ||
                    (inputs[other] == input && (other >= 32 || ((allowed >> other) & 1U) == 0));
      if (alone && !elsewhere) return input;
    }
    return none;
  }

  using Free = std::multimap<std::size_t, std::uint32_t>;  // regions by size

  /// Among the free regions: the smallest that is large enough, but not far too large; else the
  /// largest, which will grow. Tries a few; the end if none may be used yet.
  Free::iterator find_free(std::uint32_t i, std::size_t bytes) {
    const std::size_t too_large = bytes > free_limit / 8 ? bytes : 8 * bytes + 4096;
    int tries = 0;
    for (auto region = free_.lower_bound(bytes);
         region != free_.end() && region->first <= too_large && tries < max_tries;
         ++region, ++tries)
      if (is_done(region->second, i)) return region;
    for (auto region = free_.lower_bound(bytes); region != free_.begin() && tries < 2 * max_tries;
         ++tries)
      if (is_done((--region)->second, i)) return region;
    return free_.end();
  }

  /// A region of at least `bytes` for instruction i.
  std::uint32_t take(std::uint32_t i, std::size_t bytes, ValueId value) {
    const auto found = find_free(i, bytes);
    std::uint32_t region = 0;
    if (found == free_.end()) {
      region = static_cast<std::uint32_t>(regions_.size());
      regions_.emplace_back();
    } else {
      region = found->second;
      spare_.push_back(free_.extract(found));
    }
    const NodeId node = plan_.instructions[i].node;
    const bool grows = bytes >= regions_[region].bytes;
    regions_[region] = {grows ? bytes : regions_[region].bytes, value, i, false,
                        grows ? node : regions_[region].largest};
    note_largest(plan_, bytes, node);
    return region;
  }

  /// True if nothing that used the region can still be running when i starts.
  bool is_done(std::uint32_t region, std::uint32_t i) const {
    const Region& b = regions_[region];
    const auto before = [&](std::uint32_t r) { return happens_before_(r, i); };
    if (b.value == none || readers_[b.value].empty()) return before(b.instruction);
    // The last of many readers is the one that most probably is not done.
    const std::span<const std::uint32_t> readers = readers_[b.value];
    return std::all_of(readers.rbegin(), readers.rend(), before);
  }

  void release(std::uint32_t region) {
    if (std::exchange(regions_[region].free, true)) return;
    if (spare_.empty()) {
      free_.emplace(regions_[region].bytes, region);
      return;
    }
    Free::node_type entry = std::move(spare_.back());
    spare_.pop_back();
    entry.key() = regions_[region].bytes;
    entry.mapped() = region;
    free_.insert(std::move(entry));
  }

  /// The regions of the inputs of i that no later instruction reads.
  void release_inputs(std::uint32_t i) {
    const Instruction& instruction = plan_.instructions[i];
    for (std::uint32_t k = 0; k < instruction.num_inputs; ++k) {
      const ValueId input = plan_.args[instruction.first_arg + k];
      if (input == none || !in_arena(input) || readers_[input].back() != i) continue;
      if (regions_[region_of(input)].value == input) release(region_of(input));
    }
  }

  /// Regions of up to 8 bytes share cache lines, unless several threads may write them.
  void lay_out() {
    const std::size_t small = plan_.parallel ? 64 : 8;
    std::vector<std::size_t> offsets(regions_.size());
    for (const bool large : {false, true}) {
      for (std::size_t i = 0; i < regions_.size(); ++i)
        if ((regions_[i].bytes > 8) == large) offsets[i] = append(regions_[i], large ? 64 : small);
      plan_.arena_bytes = (plan_.arena_bytes + 63) / 64 * 64;
    }
    for (ValueId value = 0; value < plan_.values.size(); ++value)
      if (in_arena(value)) plan_.values[value].place = offsets[region_of(value)];
    for (const auto& [instruction, bytes] : emission_.scratch)
      plan_.instructions[instruction].scratch_offset =
          offsets[plan_.instructions[instruction].scratch_offset];
  }

  /// At the end: for every thread that may work in this frame.
  void append_thread_scratch() {
    plan_.thread_scratch_offset = plan_.arena_bytes;
    if (plan_.parallel) plan_.thread_scratch_stride = emission_.thread_scratch;
    const NodeId node =
        plan_.instructions.empty() ? 0 : plan_.instructions[emission_.most_thread_scratch].node;
    note_largest(plan_, emission_.thread_scratch, node);
    for (Instruction& instruction : plan_.instructions)
      if (instruction.scratch_of_thread) instruction.scratch_offset += plan_.thread_scratch_offset;
    for (int thread = 0; thread < (plan_.parallel ? draft_.options.threads : 1); ++thread)
      append({.bytes = emission_.thread_scratch, .largest = node}, 64);
  }

  std::size_t append(const Region& region, std::size_t alignment) {
    constexpr std::size_t limit = std::numeric_limits<std::ptrdiff_t>::max() / 64 * 64 - 64;
    const std::size_t begin = plan_.arena_bytes;
    if (region.bytes > limit - begin)
      refuse_node(
          draft_.graph.node(region.largest), draft_.graph,
          {.code = ErrorCode::resource_exhausted,
           .message = "needs " + std::to_string(region.bytes) + " bytes beside " +
                      std::to_string(begin) + " of the same run, together more than 63 bits count",
           .cure = "use smaller tensors"});
    plan_.arena_bytes += (region.bytes + alignment - 1) / alignment * alignment;
    return begin;
  }

  const Draft& draft_;
  const Emission& emission_;
  Plan& plan_;
  Lists readers_;
  HappensBefore happens_before_;
  std::vector<Region> regions_;
  Free free_;
  std::vector<Free::node_type> spare_;  // entries of regions that were taken, for those to come
};

}  // namespace

void note_largest(Plan& plan, std::size_t bytes, NodeId node) {
  if (bytes <= plan.largest_bytes) return;
  plan.largest_bytes = bytes;
  plan.largest = node;
}

void place_in_arena(const Draft& draft, const Emission& emission, Plan& plan) {
  Planner(draft, emission, plan).run();
}

}  // namespace deft
