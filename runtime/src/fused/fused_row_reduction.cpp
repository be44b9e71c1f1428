#include <algorithm>

#include "kernels/reductions/row_reduction.hpp"
#include "step_reduction.hpp"

namespace deft {
namespace {

/// x [rows, n] -> [rows]: each row as the plain kernel takes it.
class RowReductionTile final : public FusedTile, StepReduction {
 public:
  explicit RowReductionTile(const TileStep& step)
      : StepReduction(step),
        source_(step.sources[0]),
        target_(step.target),
        ahead_(is_in_memory(source_.place) ? static_cast<std::size_t>(plan_.length) : 0) {}

  void run(const TileRun& run) const override {
    alignas(64) std::byte accumulators[most_accumulators * sizeof(double)];
    for (std::int64_t row = run.first; row < run.first + run.rows; row += most_accumulators) {
      const auto count =
          static_cast<std::size_t>(std::min(most_accumulators, run.first + run.rows - row));
      loops_.clear(accumulators, count);
      reduce_rows(loops_, plan_, source_.row(run, row), count, ahead_, accumulators);
      loops_.store(accumulators, count, divisor_, target_.row(run, row));
    }
  }

 private:
  static bool is_in_memory(RowSource::Place place) {
    return place == RowSource::Place::input || place == RowSource::Place::output;
  }

  RowSource source_;
  RowSource target_;
  std::size_t ahead_;  // the next row is asked for while other steps go over this one
};

}  // namespace

std::unique_ptr<FusedTile> row_reduction_tile(const TileStep& step) {
  return std::make_unique<RowReductionTile>(step);
}

}  // namespace deft
