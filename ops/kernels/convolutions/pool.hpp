#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <deft/core/kernel.hpp>

#include "kernels/blocks.hpp"
#include "pooling.hpp"
#include "segments.hpp"

// What maxima and means over windows share.

namespace deft {

/// One row of windows: those along the last spatial dimension, with the inner channels.
struct PoolRow {
  std::int64_t image;  // of batch and outer channels
  std::int64_t slice;
  std::int64_t line;
};

/// The windows of a shape, row by row.
class PoolRows {
 public:
  explicit PoolRows(const PoolingShape& shape)
      : inner_(shape.inner), axes_(shape.axes), volume_(volume<&WindowAxis::input>(shape.axes)) {
    for (std::int64_t k = 0; k < axes_[2].window; ++k) ranges_.push_back(axes_[2].windows_at(k));
  }

  std::int64_t size() const { return axes_[2].output * inner_; }

  /// The element of x at which the first window of a row begins, where there is no padding.
  std::int64_t begin(const PoolRow& row) const {
    const auto& [depth, height, width] = axes_;
    const std::int64_t line = row.slice * depth.stride * height.input + row.line * height.stride;
    return (row.image * volume_ + line * width.input) * inner_;
  }

  /// Calls f(segment) for what the windows of a row meet, tap by tap: each window in row-major
  /// order.
  template <class F>
  void visit(const PoolRow& row, const F& f) const {
    const auto& [depth, height, width] = axes_;
    for (std::int64_t i = 0; i < depth.window; ++i)
      for (std::int64_t j = 0; j < height.window; ++j) {
        const std::int64_t d = depth.element(row.slice, i);
        const std::int64_t h = height.element(row.line, j);
        if (!depth.holds(d) || !height.holds(h)) continue;
        const std::int64_t start = row.image * volume_ + (d * height.input + h) * width.input;
        for (std::int64_t k = 0; k < width.window; ++k) visit_range(start, k, f);
      }
  }

  /// Calls f(row, start of the row in y) for the rows of images [begin, end).
  template <class F>
  void for_each(std::int64_t begin, std::int64_t end, const F& f) const {
    std::int64_t at = begin * axes_[0].output * axes_[1].output * size();
    for (std::int64_t image = begin; image < end; ++image)
      for (std::int64_t slice = 0; slice < axes_[0].output; ++slice)
        for (std::int64_t line = 0; line < axes_[1].output; ++line, at += size())
          f(PoolRow{image, slice, line}, at);
  }

 private:
  /// Tap `k` of the last dimension, for the line of x that begins at spatial element `start`.
  template <class F>
  void visit_range(std::int64_t start, std::int64_t k, const F& f) const {
    const WindowAxis& width = axes_[2];
    const auto [begin, end] = ranges_[static_cast<std::size_t>(k)];
    if (begin == end) return;
    const std::int64_t x = (start + width.element(begin, k)) * inner_;
    const std::int64_t y = begin * inner_;
    if (inner_ == 1 || width.stride == 1)
      f(Segment{x, y, 1, 0, 0, (end - begin) * inner_, width.stride});
    else
      f(Segment{x, y, end - begin, width.stride * inner_, inner_, inner_, 1});
  }

  std::int64_t inner_;
  WindowAxes axes_;
  std::int64_t volume_;        // of an image, without inner channels
  std::vector<Range> ranges_;  // of the windows that meet elements, for each tap of the last axis
};

/// Calls f(element of the row, element of x) for the elements of a segment.
template <class F>
void for_each_element(const Segment& segment, const F& f) {
  const auto [x, y, groups, x_group, y_group, length, step] = segment;
  for (std::int64_t i = 0; i < groups; ++i) {
    const std::int64_t to = y + i * y_group;
    const std::int64_t from = x + i * x_group;
    if (step == 1)  // as vectors, by the compiler
      for (std::int64_t j = 0; j < length; ++j) f(to + j, from + j);
    else
      for (std::int64_t j = 0; j < length; ++j) f(to + j, from + j * step);
  }
}

/// What all pools share: the windows of a shape, and where the gradient of images begins.
struct Pool {
  PoolRows rows;
  std::int64_t inner;
  std::int64_t image;     // elements of one image and outer channel of x
  std::size_t row_bytes;  // of a row of numbers, f64 among them

  explicit Pool(const PoolingShape& shape)
      : rows(shape),
        inner(shape.inner),
        image(shape.x_image() / std::max<std::int64_t>(1, shape.outer)),
        row_bytes(whole_lines(static_cast<std::size_t>(rows.size()) * sizeof(double))) {}

  /// The part of private memory with this number, a row of T.
  template <class T>
  T* private_row(const KernelArgs& args, std::size_t number) const {
    return reinterpret_cast<T*>(args.thread_scratch + number * row_bytes);
  }

  template <class T>
  void clear(T* x, std::int64_t begin, std::int64_t end) const {
    std::fill(x + begin * image, x + end * image, T{0});
  }
};

/// A kernel over blocks of images of the batch, which makes `made` elements of each and reads those
/// of input `reads` alone, in so many rows of private memory.
template <class Body>
Kernel by_images(const PoolingShape& shape, std::int64_t made, int reads, std::size_t rows) {
  if (shape.batch * made == 0) return {};
  const std::int64_t images = std::clamp<std::int64_t>(
      2 * block_elements / std::max(shape.x_image(), shape.y_image()), 1, shape.batch);
  const Body body(shape);
  const auto run = [images, batch = shape.batch, outer = shape.outer, body](
                       const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    body(args, begin * images * outer, std::min(batch, end * images) * outer);
  };
  Kernel kernel = make_blocked_kernel(run, ceil_div(shape.batch, images), 0, shape.flops());
  kernel.thread_scratch_bytes = rows * body.row_bytes;
  kernel.rows_per_block = images;
  kernel.reads_rows_of = reads;
  return kernel;
}

}  // namespace deft
