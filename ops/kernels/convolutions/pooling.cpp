#include "pooling.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"
#include "segments.hpp"

namespace deft {
namespace {

/// One row of windows: those along the last spatial dimension, with the inner channels.
struct Row {
  std::int64_t image;  // of batch and outer channels
  std::int64_t slice;
  std::int64_t line;
};

/// The windows of a shape, row by row.
class Rows {
 public:
  explicit Rows(const PoolingShape& shape)
      : inner_(shape.inner), axes_(shape.axes), volume_(volume<&WindowAxis::input>(shape.axes)) {
    for (std::int64_t k = 0; k < axes_[2].window; ++k) ranges_.push_back(axes_[2].windows_at(k));
  }

  std::int64_t size() const { return axes_[2].output * inner_; }

  /// Calls f(segment) for what the windows of a row meet, tap by tap: each window in row-major
  /// order.
  template <class F>
  void visit(const Row& row, const F& f) const {
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
          f(Row{image, slice, line}, at);
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

template <class T>
constexpr T lowest = std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity()
                                                 : std::numeric_limits<T>::lowest();

/// The extremes of a row of windows.
template <class T>
void find_extremes(const MaximumLoops<T>& loops, const Rows& rows, const Row& row, const T* x,
                   T* best) {
  std::fill_n(best, rows.size(), lowest<T>);
  const MaximumRow<T> in{.x = x, .best = best};
  rows.visit(row, [&](const Segment& segment) { loops.find(segment, in); });
}

/// How many elements each window divides by, by dimension.
class Counts {
 public:
  explicit Counts(const PoolingShape& shape) {
    for (std::size_t i = 0; i < 3; ++i) {
      const WindowAxis& axis = shape.axes[i];
      for (std::int64_t o = 0; o < axis.output; ++o) {
        const std::int64_t count = shape.count_padding ? axis.window : axis.taps_of(o).size();
        by_axis_[i].push_back(static_cast<double>(count));
      }
    }
  }

  double of(const Row& row, std::int64_t column) const {
    return by_axis_[0][static_cast<std::size_t>(row.slice)] *
           by_axis_[1][static_cast<std::size_t>(row.line)] *
           by_axis_[2][static_cast<std::size_t>(column)];
  }

 private:
  std::array<std::vector<double>, 3> by_axis_;
};

/// A kernel over blocks of images of the batch. `body(args, begin, end)` makes all that belongs to
/// [begin, end) of batch and outer channels, `made` elements of each image, in `private_bytes` of
/// private memory, and reads those of input `reads` alone.
template <class Body>
Kernel by_images(const PoolingShape& shape, std::int64_t made, std::size_t private_bytes, int reads,
                 Body body) {
  const std::int64_t work = std::max<std::int64_t>(1, std::max(shape.x_image(), shape.y_image()));
  const std::int64_t images = std::clamp<std::int64_t>(2 * block_elements / work, 1,
                                                       std::max<std::int64_t>(1, shape.batch));
  if (shape.batch * made == 0) return {};
  const auto run = [images, batch = shape.batch, outer = shape.outer, body = std::move(body)](
                       const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    body(args, begin * images * outer, std::min(batch, end * images) * outer);
  };
  Kernel kernel = make_blocked_kernel(run, ceil_div(shape.batch, images), 0, shape.flops());
  kernel.thread_scratch_bytes = private_bytes;
  kernel.rows_per_block = images;
  kernel.reads_rows_of = reads;
  return kernel;
}

std::size_t bytes_of_row(const Rows& rows, std::size_t element) {
  return whole_lines(static_cast<std::size_t>(rows.size()) * element);
}

}  // namespace

Kernel max_pool_kernel(const PoolingShape& shape) {
  return visit_numeric(shape.dtype, [&]<class T>(std::type_identity<T>) {
    const Rows rows(shape);
    return by_images(shape, shape.y_image(), 0, 0,
                     [rows, loops = maximum_loops<T>()](const KernelArgs& args, std::int64_t begin,
                                                        std::int64_t end) {
                       rows.for_each(begin, end, [&](const Row& row, std::int64_t y) {
                         find_extremes(loops, rows, row, args.input<T>(0), args.output<T>() + y);
                       });
                     });
  });
}

Kernel max_gather_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    const Rows rows(shape);
    const std::size_t row_bytes = bytes_of_row(rows, sizeof(T));
    return by_images(shape, shape.y_image(), 2 * row_bytes, 0,
                     [rows, row_bytes, loops = maximum_loops<T>()](
                         const KernelArgs& args, std::int64_t begin, std::int64_t end) {
                       auto* const best = reinterpret_cast<T*>(args.thread_scratch);
                       auto* const found = reinterpret_cast<T*>(args.thread_scratch + row_bytes);
                       const T* const x = args.input<T>(0);
                       const T* const v = args.input<T>(1);
                       rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
                         T* const y = args.output<T>() + start;
                         find_extremes(loops, rows, row, x, best);
                         std::fill_n(y, rows.size(), T{0});
                         std::fill_n(found, rows.size(), T{0});
                         rows.visit(row, [&](const Segment& segment) {
                           for_each_element(segment, [&](std::int64_t to, std::int64_t from) {
                             if (found[to] != 0 || !is_extreme(x[from], best[to])) return;
                             y[to] = v[from];
                             found[to] = 1;
                           });
                         });
                       });
                     });
  });
}

Kernel max_scatter_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    const Rows rows(shape);
    const std::size_t row_bytes = bytes_of_row(rows, sizeof(T));
    const std::int64_t image = shape.x_image() / std::max<std::int64_t>(1, shape.outer);
    return by_images(shape, shape.x_image(), 2 * row_bytes, 0,
                     [rows, row_bytes, image, loops = maximum_loops<T>()](
                         const KernelArgs& args, std::int64_t begin, std::int64_t end) {
                       auto* const best = reinterpret_cast<T*>(args.thread_scratch);
                       auto* const rest = reinterpret_cast<T*>(args.thread_scratch + row_bytes);
                       const T* const x = args.input<T>(0);
                       T* const dx = args.output<T>();
                       std::fill(dx + begin * image, dx + end * image, T{0});
                       rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
                         find_extremes(loops, rows, row, x, best);
                         std::copy_n(args.input<T>(1) + start, rows.size(), rest);
                         const MaximumRow<T> in{.x = x, .best = best, .rest = rest, .dx = dx};
                         rows.visit(row,
                                    [&](const Segment& segment) { loops.scatter(segment, in); });
                       });
                     });
  });
}

Kernel average_pool_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    const Rows rows(shape);
    const Counts counts(shape);
    return by_images(shape, shape.y_image(), bytes_of_row(rows, sizeof(double)), 0,
                     [rows, counts, inner = shape.inner](const KernelArgs& args, std::int64_t begin,
                                                         std::int64_t end) {
                       auto* const sums = reinterpret_cast<double*>(args.thread_scratch);
                       const T* const x = args.input<T>(0);
                       rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
                         std::fill_n(sums, rows.size(), 0.0);
                         rows.visit(row, [&](const Segment& segment) {
                           for_each_element(segment, [&](std::int64_t to, std::int64_t from) {
                             sums[to] += static_cast<double>(x[from]);
                           });
                         });
                         T* y = args.output<T>() + start;
                         const double* sum = sums;
                         for (std::int64_t column = 0; column < rows.size() / inner; ++column) {
                           const double count = counts.of(row, column);
                           for (std::int64_t c = 0; c < inner; ++c)
                             *y++ = static_cast<T>(*sum++ / count);
                         }
                       });
                     });
  });
}

Kernel average_scatter_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    const Rows rows(shape);
    const Counts counts(shape);
    const std::int64_t image = shape.x_image() / std::max<std::int64_t>(1, shape.outer);
    return by_images(shape, shape.x_image(), bytes_of_row(rows, sizeof(T)), 1,
                     [rows, counts, image, inner = shape.inner](
                         const KernelArgs& args, std::int64_t begin, std::int64_t end) {
                       auto* const shares = reinterpret_cast<T*>(args.thread_scratch);
                       T* const x = args.output<T>();
                       std::fill(x + begin * image, x + end * image, T{0});
                       rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
                         const T* g = args.input<T>(1) + start;
                         T* share = shares;
                         for (std::int64_t column = 0; column < rows.size() / inner; ++column) {
                           const double count = counts.of(row, column);
                           for (std::int64_t c = 0; c < inner; ++c)
                             *share++ = static_cast<T>(static_cast<double>(*g++) / count);
                         }
                         rows.visit(row, [&](const Segment& segment) {
                           for_each_element(segment, [&](std::int64_t from, std::int64_t to) {
                             x[to] += shares[from];
                           });
                         });
                       });
                     });
  });
}

}  // namespace deft
