#include "concat.hpp"

#include <algorithm>
#include <vector>

#include "kernels/axis_view.hpp"
#include "row_blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// A tensor and its parts along a dimension: each row of the whole, which goes through that
/// dimension and those after it, is a row of each part after the other.
struct Rows {
  RowBlocks blocks;
  std::vector<std::int64_t> ends;  // of the parts within a row of the whole
};

Rows rows_of(const Shape& whole, std::span<const TensorSpec> parts, std::size_t axis) {
  const AxisView view(whole, axis);
  Rows made{{view.outer, view.size * view.inner}, {}};
  std::int64_t end = 0;
  for (const TensorSpec& part : parts)
    made.ends.push_back(end += part.shape.dims()[axis] * view.inner);
  return made;
}

/// Copies parts to the whole, or the whole to parts.
template <class T, bool joins>
struct PartsCopy {
  Rows rows;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t b = begin; b < end; ++b) run_block(args, rows.blocks.block(b));
  }

 private:
  void run_block(const KernelArgs& args, const RowBlocks::Block& block) const {
    const std::int64_t pitch = rows.blocks.length();
    const auto first = std::ranges::upper_bound(rows.ends, block.begin);
    auto part = static_cast<std::size_t>(first - rows.ends.begin());
    for (std::int64_t at = block.begin; at < block.end; ++part) {
      const std::int64_t part_begin = part == 0 ? 0 : rows.ends[part - 1];
      const std::int64_t part_pitch = rows.ends[part] - part_begin;
      const std::int64_t length = std::min(rows.ends[part], block.end) - at;
      const std::int64_t in_whole = block.row * pitch + at;
      const std::int64_t in_part = block.row * part_pitch + at - part_begin;
      if constexpr (joins)
        copy_rows(args.input<T>(part) + in_part, part_pitch, args.output<T>() + in_whole, pitch,
                  block.rows, length);
      else
        copy_rows(args.input<T>(0) + in_whole, pitch, args.output<T>(part) + in_part, part_pitch,
                  block.rows, length);
      at += length;
    }
  }
};

template <bool joins>
Kernel parts_kernel(const TensorSpec& whole, std::span<const TensorSpec> parts, std::size_t axis) {
  if (parts.size() == 1) return Kernel::forward();
  if (whole.shape.num_elements() == 0) return {};
  const Rows rows = rows_of(whole.shape, parts, axis);
  return visit_width(whole.dtype, [&]<class T>(std::type_identity<T>) {
    return make_blocked_kernel(PartsCopy<T, joins>{rows}, rows.blocks.blocks(), 0, 0);
  });
}

}  // namespace

Kernel concat_kernel(std::size_t axis, const KernelContext& context) {
  return parts_kernel<true>(context.outputs[0], context.inputs, axis);
}

Kernel split_kernel(std::size_t axis, const KernelContext& context) {
  return parts_kernel<false>(context.inputs[0], context.outputs, axis);
}

}  // namespace deft
