#include "fused_zero_sum.hpp"

#include <cstring>
#include <numeric>
#include <span>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"

namespace deft {
namespace {

class ZeroSumTile final : public FusedTile {
 public:
  explicit ZeroSumTile(const TileStep& step)
      : sum_(step),
        dtype_(step.output.dtype),
        zeros_(step.sources[0]),
        row_elements_(step.inputs[0].shape.num_elements() / step.rows) {
    partials = {sum_.partials(0)};
    partial_bytes = partials[0].bytes;
  }

  void run(const TileRun& run) const override {
    std::byte* const to = sum_.of_run(run, run.args.scratch + partial_offset);
    visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
      const auto* const zeros = reinterpret_cast<const T*>(zeros_.row(run, run.first));
      *reinterpret_cast<T*>(to) = std::accumulate(zeros, zeros + run.rows * row_elements_, T{0});
    });
  }

  void finish(const KernelArgs& args, const std::byte* from) const override {
    sum_.finish(args, from);
  }

 private:
  ZeroSum sum_;
  DType dtype_;
  RowSource zeros_;
  std::int64_t row_elements_;
};

}  // namespace

ZeroSum::ZeroSum(const TileStep& step)
    : dtype_(step.output.dtype),
      rows_(step.rows),
      block_rows_(step.block_rows),
      tile_rows_(step.tile_rows),
      output_(step.target.at) {}

/// The last tile of a block may have fewer rows than others.
std::int64_t ZeroSum::tiles_before(std::int64_t row) const {
  return row / block_rows_ * ceil_div(block_rows_, tile_rows_) +
         ceil_div(row % block_rows_, tile_rows_);
}

Kernel::Partials ZeroSum::partials(std::size_t offset) const {
  return {offset, static_cast<std::size_t>(tiles_before(block_rows_) * tile_bytes()),
          static_cast<std::size_t>(tiles_before(rows_) * tile_bytes())};
}

std::byte* ZeroSum::of_run(const TileRun& run, std::byte* to) const {
  const std::int64_t begin = tiles_before(run.first);
  const std::int64_t end = tiles_before(run.first + run.rows);
  std::byte* const first = to + begin * tile_bytes();
  std::memset(first, 0, static_cast<std::size_t>((end - begin) * tile_bytes()));
  return first;
}

void ZeroSum::finish(const KernelArgs& args, const std::byte* from) const {
  visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
    const std::span<const T> sums(reinterpret_cast<const T*>(from),
                                  static_cast<std::size_t>(tiles_before(rows_)));
    *args.output<T>(output_) = std::accumulate(sums.begin(), sums.end(), T{0});
  });
}

std::unique_ptr<FusedTile> zero_sum_tile(const TileStep& step) {
  return std::make_unique<ZeroSumTile>(step);
}

}  // namespace deft
