#include "permutation.hpp"

#include <algorithm>

#include "kernels/blocks.hpp"
#include "strided_copy.hpp"
#include "walk.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::int64_t tile_edge = 32;  // a tile and its lines stay in the first-level cache
constexpr std::int64_t tile_elements = tile_edge * tile_edge;
constexpr std::int64_t buffered_edge = 16;  // of the smallest tile that is worth a buffer

/// The last dimension of the input is dimension `row` of the output: for each index of the other
/// dimensions, a matrix [rows, columns] is transposed in tiles. A tile goes through a buffer, so
/// that memory is read and written along its lines whatever the strides.
template <class T>
class TileTranspose {
 public:
  explicit TileTranspose(const Walk& walk) {
    const Strides& in = walk.strides[0];
    std::size_t row = 0;
    while (in[row] != 1) ++row;
    rows_ = walk.dims[row];
    columns_ = walk.row_length();
    in_stride_ = walk.row_stride(0);
    std::int64_t stride = 1;
    Strides out{};
    for (std::size_t i = walk.rank; i-- > 0; stride *= walk.dims[i]) out[i] = stride;
    out_stride_ = out[row];
    tile_rows_ = std::min(rows_, tile_edge);
    tile_columns_ = std::min(columns_, tile_elements / tile_rows_);
    across_ = ceil_div(columns_, tile_columns_);
    down_ = ceil_div(rows_, tile_rows_);
    for (std::size_t i = 0; i + 1 < walk.rank; ++i) {
      if (i == row) continue;
      outer_dims_[outer_rank_] = walk.dims[i];
      outer_in_[outer_rank_] = in[i];
      outer_out_[outer_rank_] = out[i];
      matrices_ *= walk.dims[i];
      ++outer_rank_;
    }
    tiles_per_block_ = per_block(tile_rows_ * tile_columns_);
  }

  std::int64_t blocks() const { return ceil_div(tiles(), tiles_per_block_); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * tiles_per_block_, tiles());
    for (std::int64_t tile = begin * tiles_per_block_; tile < last; ++tile) run_tile(args, tile);
  }

 private:
  std::int64_t tiles() const { return matrices_ * down_ * across_; }

  void run_tile(const KernelArgs& args, std::int64_t tile) const {
    const std::int64_t column = tile % across_ * tile_columns_;
    const std::int64_t row = tile / across_ % down_ * tile_rows_;
    std::int64_t matrix = tile / across_ / down_;
    const T* from = args.input<T>(0) + column * in_stride_ + row;
    T* to = args.output<T>() + row * out_stride_ + column;
    for (std::size_t i = outer_rank_; i-- > 0; matrix /= outer_dims_[i]) {
      from += matrix % outer_dims_[i] * outer_in_[i];
      to += matrix % outer_dims_[i] * outer_out_[i];
    }
    transpose_tile(from, std::min(tile_rows_, rows_ - row),
                   std::min(tile_columns_, columns_ - column), to);
  }

  void transpose_tile(const T* from, std::int64_t rows, std::int64_t columns, T* to) const {
    if (std::min(rows, columns) < buffered_edge) {
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c)
          to[r * out_stride_ + c] = from[c * in_stride_ + r];
      return;
    }
    alignas(64) T buffer[tile_elements + tile_elements / buffered_edge];
    const std::int64_t pitch = rows | 1;  // odd: its multiples fall into different cache sets
    for (std::int64_t c = 0; c < columns; ++c)
      std::copy_n(from + c * in_stride_, rows, buffer + c * pitch);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) to[r * out_stride_ + c] = buffer[c * pitch + r];
  }

  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t in_stride_;   // between the columns of a matrix in the input
  std::int64_t out_stride_;  // between the rows of the matrix in the output
  std::int64_t tile_rows_;
  std::int64_t tile_columns_;
  std::int64_t across_;  // tiles
  std::int64_t down_;
  std::int64_t matrices_ = 1;
  std::int64_t tiles_per_block_;
  std::size_t outer_rank_ = 0;
  Strides outer_dims_{};
  Strides outer_in_{};
  Strides outer_out_{};
};

}  // namespace

Kernel permutation_kernel(std::span<const std::size_t> permutation, const KernelContext& context) {
  const Shape& output = context.outputs[0].shape;
  if (output.num_elements() == 0) return {};
  const Strides dense = dense_strides(context.inputs[0].shape);
  Strides strides{};
  for (std::size_t i = 0; i < permutation.size(); ++i) strides[i] = dense[permutation[i]];
  const Walk walk(output, std::span(&strides, 1));
  if (walk.row_stride(0) == 1) return strided_copy_kernel(0, strides, context);
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    const TileTranspose<T> body(walk);
    return make_blocked_kernel(body, body.blocks(), 0, 0);
  });
}

}  // namespace deft
