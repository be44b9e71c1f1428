#include "matrices.hpp"

#include <algorithm>

#include "row_blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// Rows of matrices one after the other. Each row keeps a range of columns and is zero elsewhere.
struct MatrixRows {
  std::int64_t height;
  std::int64_t width;
  RowBlocks blocks;

  explicit MatrixRows(const Shape& shape)
      : height(shape.dims()[shape.rank() - 2]),
        width(shape.dims()[shape.rank() - 1]),
        blocks(shape.num_elements() / width, width) {}
};

template <class T>
struct DiagonalMatrix {
  MatrixRows matrices;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const auto& [height, width, blocks] = matrices;
    for (std::int64_t b = begin; b < end; ++b) {
      const RowBlocks::Block block = blocks.block(b);
      T* to = args.output<T>() + block.row * width;
      for (std::int64_t row = block.row; row < block.row + block.rows; ++row, to += width) {
        std::fill(to + block.begin, to + block.end, T{0});
        const std::int64_t i = row % height;
        if (i >= block.begin && i < block.end)
          to[i] = args.input<T>(0)[row / height * std::min(height, width) + i];
      }
    }
  }
};

template <class T>
struct TriangleCopy {
  MatrixRows matrices;
  Triangle triangle;
  std::int64_t k;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const auto& [height, width, blocks] = matrices;
    for (std::int64_t b = begin; b < end; ++b) {
      const RowBlocks::Block block = blocks.block(b);
      const T* from = args.input<T>(0) + block.row * width;
      T* to = args.output<T>() + block.row * width;
      for (std::int64_t row = block.row; row < block.row + block.rows; ++row) {
        const std::int64_t diagonal = row % height + k;
        const bool lower = triangle == Triangle::lower;
        const std::int64_t first =
            lower ? block.begin : std::clamp(diagonal, block.begin, block.end);
        const std::int64_t last =
            lower ? std::clamp(diagonal + 1, block.begin, block.end) : block.end;
        std::fill(to + block.begin, to + first, T{0});
        copy_run(from + first, last - first, to + first);
        std::fill(to + last, to + block.end, T{0});
        from += width;
        to += width;
      }
    }
  }
};

}  // namespace

Kernel diagonal_matrix_kernel(const KernelContext& context) {
  const Shape& shape = context.outputs[0].shape;
  if (shape.num_elements() == 0) return {};
  const MatrixRows matrices(shape);
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return make_blocked_kernel(DiagonalMatrix<T>{matrices}, matrices.blocks.blocks(), 0, 0);
  });
}

Kernel triangle_kernel(Triangle triangle, std::int64_t k, const KernelContext& context) {
  const Shape& shape = context.outputs[0].shape;
  if (shape.num_elements() == 0) return {};
  const MatrixRows matrices(shape);
  k = std::clamp(k, -matrices.height, matrices.width);
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return make_blocked_kernel(TriangleCopy<T>{matrices, triangle, k}, matrices.blocks.blocks(), 0,
                               0);
  });
}

}  // namespace deft
