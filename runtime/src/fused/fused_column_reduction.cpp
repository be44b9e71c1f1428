#include <algorithm>

#include "step_reduction.hpp"

namespace deft {
namespace {

/// x [rows, n] -> [n], as the plain kernel does it: each part of the rows by itself, its rows by
/// turns into `fold` sets of accumulators. Sets are combined at the end of a part, parts in
/// `finish`. A block of the group has whole parts.
class ColumnReductionTile final : public FusedTile, StepReduction {
 public:
  explicit ColumnReductionTile(const TileStep& step)
      : StepReduction(step),
        source_(step.sources[0]),
        output_(step.target.at),
        set_bytes_(bytes_of(plan_.length)),
        part_bytes_(set_bytes_ * static_cast<std::size_t>(plan_.fold)) {
    partial_bytes = static_cast<std::size_t>(plan_.parts) * part_bytes_;
    const std::int64_t parts_of_block =
        std::max<std::int64_t>(1, step.block_rows / plan_.pieces_per_part);
    partials = {{0, static_cast<std::size_t>(parts_of_block) * part_bytes_, partial_bytes}};
  }

  void run(const TileRun& run) const override {
    const std::byte* x = source_.row(run, run.first);
    const std::int64_t last = run.first + run.rows;
    for (std::int64_t row = run.first; row < last;) {
      const std::int64_t begin = row / plan_.pieces_per_part * plan_.pieces_per_part;
      const std::int64_t end = std::min(begin + plan_.pieces_per_part, plan_.pieces);
      const std::int64_t count = std::min(end, last) - row;
      std::byte* sets = run.args.scratch + partial_offset +
                        static_cast<std::size_t>(begin / plan_.pieces_per_part) * part_bytes_;
      if (row == begin) loops_.clear(sets, static_cast<std::size_t>(plan_.length * plan_.fold));
      take(x, (row - begin) % plan_.fold, count, sets);
      row += count;
      x += static_cast<std::size_t>(count) * source_.row_bytes;
      if (row == end) combine_sets(sets);
    }
  }

  void finish(const KernelArgs& args, const std::byte* from) const override {
    alignas(64) std::byte totals[most_accumulators * sizeof(double)];
    for (std::int64_t first = 0; first < plan_.length; first += most_accumulators) {
      const auto count =
          static_cast<std::size_t>(std::min(most_accumulators, plan_.length - first));
      loops_.clear(totals, count);
      for (std::int64_t part = 0; part < plan_.parts; ++part)
        loops_.combine(from + static_cast<std::size_t>(part) * part_bytes_ + bytes_of(first), count,
                       totals);
      loops_.store(
          totals, count, divisor_,
          args.output<std::byte>(output_) + static_cast<std::size_t>(first) * loops_.element_size);
    }
  }

 private:
  std::size_t bytes_of(std::int64_t accumulators) const {
    return static_cast<std::size_t>(accumulators) * loops_.accumulator_size;
  }

  /// `count` rows, the first into set `set`.
  void take(const std::byte* x, std::int64_t set, std::int64_t count, std::byte* sets) const {
    if (set > 0) {
      const std::int64_t rows = std::min(count, plan_.fold - set);
      take_sets(x, 1, rows, sets + static_cast<std::size_t>(set) * set_bytes_);
      x += static_cast<std::size_t>(rows) * source_.row_bytes;
      count -= rows;
    }
    const std::int64_t rounds = count / plan_.fold;
    if (rounds > 0) take_sets(x, rounds, plan_.fold, sets);
    x += static_cast<std::size_t>(rounds * plan_.fold) * source_.row_bytes;
    if (count % plan_.fold != 0) take_sets(x, 1, count % plan_.fold, sets);
  }

  /// `rounds` times a row into each of `count` sets.
  void take_sets(const std::byte* x, std::int64_t rounds, std::int64_t count,
                 std::byte* sets) const {
    const auto width = static_cast<std::size_t>(count * plan_.length);
    loops_.columns(x, static_cast<std::size_t>(rounds), width, width, 0, sets);
  }

  void combine_sets(std::byte* sets) const {
    for (std::int64_t i = 1; i < plan_.fold; ++i)
      loops_.combine(sets + static_cast<std::size_t>(i) * set_bytes_,
                     static_cast<std::size_t>(plan_.length), sets);
  }

  RowSource source_;
  std::size_t output_;
  std::size_t set_bytes_;   // of accumulators of a row
  std::size_t part_bytes_;  // of all sets
};

}  // namespace

std::unique_ptr<FusedTile> column_reduction_tile(const TileStep& step) {
  return std::make_unique<ColumnReductionTile>(step);
}

}  // namespace deft
