#include "strided_copy.hpp"

#include <algorithm>
#include <span>

#include "row_blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// The rows of a walk as elements: all its dimensions but the last.
Walk rows_of(const Walk& walk) {
  Walk rows = walk;
  if (walk.rank > 1) {
    --rows.rank;
  } else {
    rows.dims[0] = 1;
    rows.strides[0][0] = 0;
  }
  return rows;
}

/// Copies rows of the same first indices in one go.
template <class T>
struct StridedCopy {
  Walk walk;
  Walk rows;  // see rows_of
  RowBlocks blocks;
  std::int64_t first;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t b = begin; b < end; ++b) run_block(args, blocks.block(b));
  }

 private:
  void run_block(const KernelArgs& args, const RowBlocks::Block& block) const {
    const std::int64_t stride = walk.row_stride(0);
    const T* from = args.input<T>(0) + first + block.begin * stride;
    T* to = args.output<T>() + block.row * blocks.length() + block.begin;
    for_each_run(rows, block.row, block.rows,
                 [&](const RowCursor& row, std::int64_t within, std::int64_t n) {
                   copy(from + row.offset(0) + within * rows.row_stride(0), to, n,
                        block.end - block.begin);
                   to += n * blocks.length();
                 });
  }

  void copy(const T* from, T* to, std::int64_t count, std::int64_t length) const {
    const std::int64_t pitch = rows.row_stride(0);
    const std::int64_t stride = walk.row_stride(0);
    if (stride == 1) return copy_rows(from, pitch, to, blocks.length(), count, length);
    for (std::int64_t r = 0; r < count; ++r, from += pitch, to += blocks.length())
      if (stride == -1)
        std::reverse_copy(from + 1 - length, from + 1, to);
      else
        for (std::int64_t i = 0; i < length; ++i) to[i] = from[i * stride];
  }
};

}  // namespace

Kernel strided_copy_kernel(std::int64_t first, const Strides& strides,
                           const KernelContext& context) {
  const Shape& output = context.outputs[0].shape;
  const std::int64_t count = output.num_elements();
  if (count == 0) return {};
  const Walk walk(output, std::span(&strides, 1));
  const bool whole = count == context.inputs[0].shape.num_elements();
  if (whole && walk.rank == 1 && walk.row_stride(0) == 1) return Kernel::forward();
  const RowBlocks blocks(count / walk.row_length(), walk.row_length());
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    Kernel kernel = make_blocked_kernel(StridedCopy<T>{walk, rows_of(walk), blocks, first},
                                        blocks.blocks(), 0, 0);
    kernel.bytes = 2.0 * static_cast<double>(count) * static_cast<double>(sizeof(T));
    return kernel;
  });
}

}  // namespace deft
