#include "fused_zero_sum.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <span>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"

namespace deft {
namespace {

/// By several sums side by side, which need not wait for each other.
template <class T>
T sum_of(std::span<const T> zeros) {
  std::array<T, 32> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= zeros.size(); i += sums.size())
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += zeros[i + k];
  const T rest = std::accumulate(zeros.begin() + static_cast<std::ptrdiff_t>(i), zeros.end(), T{0});
  return std::accumulate(sums.begin(), sums.end(), rest);
}

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
      *reinterpret_cast<T*>(to) =
          sum_of(std::span(zeros, static_cast<std::size_t>(run.rows * row_elements_)));
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
    *args.output<T>(output_) = sum_of(
        std::span(reinterpret_cast<const T*>(from), static_cast<std::size_t>(tiles_before(rows_))));
  });
}

std::unique_ptr<FusedTile> zero_sum_tile(const TileStep& step) {
  return std::make_unique<ZeroSumTile>(step);
}

}  // namespace deft
