#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "fused/fused_kernel.hpp"
#include "fused/x86/code_generator.hpp"

#include "epilogues.hpp"
#include "fused_programs.hpp"
#include "leaders.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr std::size_t most_steps = 256;            // of a group
constexpr std::int64_t most_tile_bytes = 1 << 18;  // of one value

/// Sets of positions that have been joined.
class Sets {
 public:
  explicit Sets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// By value: the operations that take it row by row.
Lists row_readers(const Draft& draft, const Streams& streams) {
  return Lists(draft.specs.size(), [&](auto visit) {
    for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
      const std::span<const ValueId> inputs = draft.inputs_of(at);
      for (std::size_t i = 0; streams[at].rows != 0 && i < inputs.size(); ++i)
        if (streams.streams_input(at, i)) visit(inputs[i], at);
    }
  });
}

/// Joins operations of one level that go over the same rows and share some: one hands its rows on
/// to the other, or both read the same tensor.
Sets join(const Draft& draft, const Streams& streams, const Levels& levels) {
  Sets sets(draft.order.size());
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (streams[at].rows == 0) continue;
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::uint32_t maker = streams.makers()[inputs[i]];
      if (streams.hands_on(at, i) && levels[maker] == levels[at]) sets.join(maker, at);
    }
  }
  const Lists all_readers = row_readers(draft, streams);
  const auto kind = [&](std::uint32_t at) { return std::pair(levels[at], streams[at].rows); };
  std::vector<std::uint32_t> readers;
  for (ValueId value = 0; value < all_readers.size(); ++value) {
    readers.assign(all_readers[value].begin(), all_readers[value].end());
    std::ranges::sort(readers, {}, kind);
    for (std::size_t i = 1; i < readers.size(); ++i)
      if (kind(readers[i - 1]) == kind(readers[i])) sets.join(readers[i - 1], readers[i]);
  }
  return sets;
}

/// A group of operations that grows.
struct Growing {
  std::size_t size = 0;
  std::int64_t tile_rows = 0;
  std::int64_t block_rows = 1;

  /// Of the rows that operations must take at a time, one has to be a multiple of the other, unless
  /// it is all; and a tile of the `widest` rows, in bytes, has to stay in a cache.
  bool takes(const Stream& stream, std::int64_t widest) const {
    const auto [least, most] = std::minmax(block_rows, stream.step.block_rows);
    return stream.tile_rows() * widest <= most_tile_bytes &&
           (tile_rows == 0 || stream.tile_rows() == 0 || tile_rows == stream.tile_rows()) &&
           (most % least == 0 || most >= stream.rows);
  }
  void add(const Stream& stream) {
    tile_rows = std::max(tile_rows, stream.tile_rows());
    block_rows = std::max(block_rows, stream.step.block_rows);
    ++size;
  }
};

/// By set: the bytes of the longest row that one of its operations hands on.
std::vector<std::int64_t> widest_rows(const Draft& draft, const Streams& streams, Sets& sets) {
  std::vector<std::int64_t> widest(draft.order.size(), 0);
  for (std::uint32_t at = 0; at < widest.size(); ++at) {
    if (streams[at].rows == 0 || streams[at].reduces()) continue;
    const TensorSpec& result = draft.outputs(at)[0];
    std::int64_t& known = widest[sets.find(at)];
    known = std::max(known, result.shape.num_elements() / streams[at].rows *
                                static_cast<std::int64_t>(size_of(result.dtype)));
  }
  return widest;
}

/// A group for each set, which may be cut if it is large. Products and reductions that must take
/// other numbers of rows at a time, or too many, stay out: nobody in the group waits for them.
RowGroups groups_of(const Draft& draft, const Streams& streams, Sets& sets) {
  const std::vector<std::int64_t> widest = widest_rows(draft, streams, sets);
  std::vector<Growing> groups;
  std::vector<std::uint32_t> latest(draft.order.size(), none);  // group that grows, by set
  std::vector<std::uint32_t> group_of(draft.order.size(), none);
  for (std::uint32_t at = 0; at < group_of.size(); ++at) {
    if (streams[at].rows == 0) continue;
    const std::uint32_t set = sets.find(at);
    std::uint32_t& found = latest[set];
    if (found == none || groups[found].size >= most_steps) {
      found = static_cast<std::uint32_t>(groups.size());
      groups.emplace_back();
    }
    if (!groups[found].takes(streams[at], widest[set])) continue;
    groups[found].add(streams[at]);
    group_of[at] = found;
  }
  Lists members(groups.size(), [&](auto visit) {
    for (std::uint32_t at = 0; at < group_of.size(); ++at)
      if (group_of[at] != none) visit(group_of[at], at);
  });
  return {std::move(group_of), std::move(members)};
}

/// Makes the kernel of a group, unless its operations are best left alone. Where there is but one
/// row, calling the operations takes longer than what they do: only machine code for many of them
/// is faster.
void make_kernel(Draft& draft, const Streams& streams, const Leaders& leaders,
                 FusedPrograms& programs, CodeGenerator* generator, FusedGroupDraft& group) {
  constexpr std::size_t many = 8;
  if (group.leader != none) return lead(draft, streams, leaders, programs, generator, group);
  const std::int64_t rows = streams[group.programs[0][0]].rows;
  if (rows == 1 && group.programs.size() == 1) {
    if (group.members.size() >= many && generator != nullptr)
      group.kernel = generated_kernel(programs.write(group), *generator).value_or(Kernel{});
    return;
  }
  group.kernel = fused_kernel(programs.write(group), generator);
}

}  // namespace

std::string fuse(Draft& draft) {
  const Streams streams(draft);
  const Levels levels(draft, streams);
  Sets sets = join(draft, streams, levels);
  const RowGroups groups = groups_of(draft, streams, sets);
  const Leaders leaders(draft, streams, levels, groups);
  draft.groups = attach_epilogues(draft, streams, levels, groups, leaders);
  draft.group_of.assign(draft.order.size(), none);
  FusedPrograms programs(draft, streams);
  std::optional<CodeGenerator> generator;
  if (draft.options.optimizations.generate_code) generator.emplace();
  for (FusedGroupDraft& group : draft.groups)
    make_kernel(draft, streams, leaders, programs, generator ? &*generator : nullptr, group);
  std::erase_if(draft.groups,
                [](const FusedGroupDraft& group) { return group.kernel.run == nullptr; });
  std::size_t fused = 0;
  for (std::uint32_t group = 0; group < draft.groups.size(); ++group) {
    for (const std::uint32_t at : draft.groups[group].members) draft.group_of[at] = group;
    fused += draft.groups[group].members.size();
  }
  if (draft.groups.empty()) return "unchanged";
  return count_text(fused, "operation") + " in " + count_text(draft.groups.size(), "group");
}

}  // namespace deft
