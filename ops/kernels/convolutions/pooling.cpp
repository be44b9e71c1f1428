#include "pooling.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
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

  /// `to` = `from` / counts for a row of windows, each with `inner` channels.
  template <class From, class To>
  void divide(const Row& row, const From* from, std::int64_t inner, To* to) const {
    const double of_line = by_axis_[0][static_cast<std::size_t>(row.slice)] *
                           by_axis_[1][static_cast<std::size_t>(row.line)];
    for (const double of_column : by_axis_[2]) {
      const double count = of_line * of_column;
      for (std::int64_t c = 0; c < inner; ++c)
        *to++ = static_cast<To>(static_cast<double>(*from++) / count);
    }
  }

 private:
  std::array<std::vector<double>, 3> by_axis_;
};

/// What all pools share: the windows of a shape, and where the gradient of images begins.
struct Pool {
  Rows rows;
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

// The bodies of kernels: each makes what belongs to [begin, end) of batch and outer channels.

template <class T>
struct MaxPool : Pool {
  MaximumLoops<T> loops = maximum_loops<T>();

  explicit MaxPool(const PoolingShape& shape) : Pool(shape) {}

  /// The extremes of a row of windows.
  void find(const Row& row, const T* x, T* best) const {
    std::fill_n(best, rows.size(), lowest<T>);
    const MaximumRow<T> in{.x = x, .best = best};
    rows.visit(row, [&](const Segment& segment) { loops.find(segment, in); });
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    rows.for_each(begin, end, [&](const Row& row, std::int64_t y) {
      find(row, args.input<T>(0), args.output<T>() + y);
    });
  }
};

template <class T>
struct MaxGather : MaxPool<T> {
  using MaxPool<T>::MaxPool, MaxPool<T>::rows;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const T* const x = args.input<T>(0);
    T* const best = this->template private_row<T>(args, 0);
    T* const found = this->template private_row<T>(args, 1);
    rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
      T* const y = args.output<T>() + start;
      this->find(row, x, best);
      std::fill_n(y, rows.size(), T{0});
      std::fill_n(found, rows.size(), T{0});
      rows.visit(row, [&](const Segment& segment) {
        for_each_element(segment, [&](std::int64_t to, std::int64_t from) {
          if (found[to] != 0 || !is_extreme(x[from], best[to])) return;
          y[to] = args.input<T>(1)[from];
          found[to] = 1;
        });
      });
    });
  }
};

template <class T>
struct MaxScatter : MaxPool<T> {
  using MaxPool<T>::MaxPool, MaxPool<T>::rows;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const MaximumRow<T> in{.x = args.input<T>(0),
                           .best = this->template private_row<T>(args, 0),
                           .rest = this->template private_row<T>(args, 1),
                           .dx = args.output<T>()};
    this->clear(in.dx, begin, end);
    rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
      this->find(row, in.x, in.best);
      std::copy_n(args.input<T>(1) + start, rows.size(), in.rest);
      rows.visit(row, [&](const Segment& segment) { this->loops.scatter(segment, in); });
    });
  }
};

template <class T>
struct AveragePool : Pool {
  Counts counts;

  explicit AveragePool(const PoolingShape& shape) : Pool(shape), counts(shape) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const T* const x = args.input<T>(0);
    auto* const sums = private_row<double>(args, 0);
    rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
      std::fill_n(sums, rows.size(), 0.0);
      rows.visit(row, [&](const Segment& segment) {
        for_each_element(segment, [&](std::int64_t to, std::int64_t from) {
          sums[to] += static_cast<double>(x[from]);
        });
      });
      counts.divide(row, sums, inner, args.output<T>() + start);
    });
  }
};

template <class T>
struct AverageScatter : Pool {
  Counts counts;

  explicit AverageScatter(const PoolingShape& shape) : Pool(shape), counts(shape) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    T* const dx = args.output<T>();
    T* const shares = private_row<T>(args, 0);
    clear(dx, begin, end);
    rows.for_each(begin, end, [&](const Row& row, std::int64_t start) {
      counts.divide(row, args.input<T>(1) + start, inner, shares);
      rows.visit(row, [&](const Segment& segment) {
        for_each_element(segment,
                         [&](std::int64_t from, std::int64_t to) { dx[to] += shares[from]; });
      });
    });
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

}  // namespace

Kernel max_pool_kernel(const PoolingShape& shape) {
  return visit_numeric(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<MaxPool<T>>(shape, shape.y_image(), 0, 0);
  });
}

Kernel max_gather_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<MaxGather<T>>(shape, shape.y_image(), 0, 2);
  });
}

Kernel max_scatter_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<MaxScatter<T>>(shape, shape.x_image(), 0, 2);
  });
}

Kernel average_pool_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<AveragePool<T>>(shape, shape.y_image(), 0, 1);
  });
}

Kernel average_scatter_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<AverageScatter<T>>(shape, shape.x_image(), 1, 1);
  });
}

}  // namespace deft
