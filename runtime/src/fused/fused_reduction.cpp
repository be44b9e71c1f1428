#include "step_reduction.hpp"

namespace deft {
namespace {

/// x [all] -> []: reduces the pieces that the plain kernel reduces, and combines them in its order.
class ReductionTile final : public FusedTile, StepReduction {
 public:
  explicit ReductionTile(const TileStep& step)
      : StepReduction(step),
        source_(step.sources[0]),
        output_(step.target.at),
        row_elements_(plan_.reduced / step.rows) {
    per_block = true;
    partial_bytes = static_cast<std::size_t>(plan_.pieces) * loops_.accumulator_size;
    partials = {{0,
                 static_cast<std::size_t>(step.block_rows * row_elements_ / plan_.piece) *
                     loops_.accumulator_size,
                 partial_bytes}};
  }

  void run(const TileRun& run) const override {
    const std::byte* elements = source_.row(run, run.first);
    std::int64_t left = run.rows * row_elements_;
    std::int64_t piece = run.first * row_elements_ / plan_.piece;
    for (; left > 0; left -= plan_.piece, ++piece) {
      const std::int64_t count = std::min(left, plan_.piece);
      std::byte* accumulator = run.args.scratch + partial_offset +
                               static_cast<std::size_t>(piece) * loops_.accumulator_size;
      loops_.clear(accumulator, 1);
      loops_.rows(elements, 1, static_cast<std::size_t>(count), 0, 0, accumulator);
      elements += static_cast<std::size_t>(count) * loops_.element_size;
    }
  }

  void finish(const KernelArgs& args, const std::byte* from) const override {
    alignas(8) std::byte total[sizeof(double)];
    alignas(8) std::byte part[sizeof(double)];
    loops_.clear(total, 1);
    for (std::int64_t first = 0; first < plan_.pieces; first += plan_.pieces_per_part) {
      std::byte* const into = plan_.parts > 1 ? part : total;
      loops_.clear(into, 1);
      for (std::int64_t i = first; i < std::min(first + plan_.pieces_per_part, plan_.pieces); ++i)
        loops_.combine(from + static_cast<std::size_t>(i) * loops_.accumulator_size, 1, into);
      if (plan_.parts > 1) loops_.combine(part, 1, total);
    }
    loops_.store(total, 1, divisor_, args.outputs[output_]);
  }

 private:
  RowSource source_;
  std::size_t output_;
  std::int64_t row_elements_;
};

}  // namespace

std::unique_ptr<FusedTile> reduction_tile(const TileStep& step) {
  return std::make_unique<ReductionTile>(step);
}

}  // namespace deft
