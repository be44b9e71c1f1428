#include <algorithm>

#include "kernels/reductions/row_reduction.hpp"
#include "step_reduction.hpp"

namespace deft {
namespace {

/// x [rows, n] -> [rows]: each row as the plain kernel takes it.
class RowReductionTile final : public FusedTile, StepReduction {
 public:
  explicit RowReductionTile(const TileStep& step)
      : StepReduction(step), source_(step.sources[0]), target_(step.target) {}

  void run(const TileRun& run) const override {
    alignas(64) std::byte accumulators[most_accumulators * sizeof(double)];
    for (std::int64_t row = run.first; row < run.first + run.rows; row += most_accumulators) {
      const auto count =
          static_cast<std::size_t>(std::min(most_accumulators, run.first + run.rows - row));
      loops_.clear(accumulators, count);
      reduce_rows(loops_, plan_, source_.row(run, row), count, 0, accumulators);
      loops_.store(accumulators, count, divisor_, target_.row(run, row));
    }
  }

 private:
  RowSource source_;
  RowSource target_;
};

}  // namespace

std::unique_ptr<FusedTile> row_reduction_tile(const TileStep& step) {
  return std::make_unique<RowReductionTile>(step);
}

}  // namespace deft
