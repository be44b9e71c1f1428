#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <deft/core/visit_dtype.hpp>

#include "pool.hpp"
#include "pooling.hpp"
#include "segments.hpp"

namespace deft {
namespace {

template <class T>
constexpr T lowest = std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity()
                                                 : std::numeric_limits<T>::lowest();

// The bodies of kernels: each makes what belongs to [begin, end) of batch and outer channels.

template <class T>
struct MaxPool : Pool {
  MaximumLoops<T> loops = maximum_loops<T>();

  explicit MaxPool(const PoolingShape& shape) : Pool(shape) {}

  /// The extremes of a row of windows.
  void find(const PoolRow& row, const T* x, T* best) const {
    std::fill_n(best, rows.size(), lowest<T>);
    const MaximumRow<T> in{.x = x, .best = best};
    rows.visit(row, [&](const Segment& segment) { loops.find(segment, in); });
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t y) {
      find(row, args.input<T>(0), args.output<T>() + y);
    });
  }
};

/// V: of what is gathered.
template <class T, class V>
struct MaxGather : MaxPool<T> {
  using MaxPool<T>::MaxPool, MaxPool<T>::rows;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const T* const x = args.input<T>(0);
    T* const best = this->template private_row<T>(args, 0);
    T* const found = this->template private_row<T>(args, 1);
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t start) {
      V* const y = args.output<V>() + start;
      this->find(row, x, best);
      std::fill_n(y, rows.size(), V{0});
      std::fill_n(found, rows.size(), T{0});
      rows.visit(row, [&](const Segment& segment) {
        for_each_element(segment, [&](std::int64_t to, std::int64_t from) {
          if (found[to] != 0 || !is_extreme(x[from], best[to])) return;
          y[to] = args.input<V>(1)[from];
          found[to] = 1;
        });
      });
    });
  }
};

/// True if windows meet no padding and no element twice along this dimension.
bool is_apart(const WindowAxis& axis) {
  return axis.before == 0 && axis.element(axis.output - 1, axis.window - 1) < axis.input &&
         (axis.output == 1 || axis.stride >= axis.extent());
}

/// Where the taps of a window are in x, from its first one on.
std::vector<std::int64_t> tap_offsets(const PoolingShape& shape) {
  const auto& [depth, height, width] = shape.axes;
  std::vector<std::int64_t> offsets;
  offsets.reserve(static_cast<std::size_t>(volume<&WindowAxis::window>(shape.axes)));
  for (std::int64_t i = 0; i < depth.window; ++i)
    for (std::int64_t j = 0; j < height.window; ++j)
      for (std::int64_t k = 0; k < width.window; ++k)
        offsets.push_back(
            (((i * depth.dilation * height.input) + j * height.dilation) * width.input +
             k * width.dilation) *
            shape.inner);
  return offsets;
}

/// Each element is written once, where windows are apart and vectors can go over the channels.
template <class T>
struct MaxScatterApart : Pool {
  MaximumLoops<T> loops = maximum_loops<T>();
  WindowAxis width;
  std::vector<std::int64_t> taps;
  bool has_gaps;  // elements that no window meets

  static bool takes(const PoolingShape& shape) {
    return shape.inner > 1 && std::ranges::all_of(shape.axes, is_apart);
  }

  explicit MaxScatterApart(const PoolingShape& shape)
      : Pool(shape),
        width(shape.axes[2]),
        taps(tap_offsets(shape)),
        has_gaps(std::ranges::any_of(shape.axes, [](const WindowAxis& axis) {
          return axis.output * axis.window != axis.input;
        })) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    if (has_gaps) clear(args.output<T>(), begin, end);
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t y) {
      const std::int64_t x = rows.begin(row);
      loops.scatter_apart({.x = args.input<T>(0) + x,
                           .dy = args.input<T>(1) + y,
                           .dx = args.output<T>() + x,
                           .windows = width.output,
                           .next = width.stride * inner,
                           .inner = inner,
                           .taps = taps});
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
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t start) {
      this->find(row, in.x, in.best);
      std::copy_n(args.input<T>(1) + start, rows.size(), in.rest);
      rows.visit(row, [&](const Segment& segment) { this->loops.scatter(segment, in); });
    });
  }
};

}  // namespace

Kernel max_pool_kernel(const PoolingShape& shape) {
  return visit_numeric(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return by_images<MaxPool<T>>(shape, shape.y_image(), 0, 0);
  });
}

Kernel max_gather_kernel(const PoolingShape& shape) {
  return visit_numeric(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return shape.gathered == DType::i64
               ? by_images<MaxGather<T, std::int64_t>>(shape, shape.y_image(), 0, 2)
               : by_images<MaxGather<T, T>>(shape, shape.y_image(), 0, 2);
  });
}

Kernel max_scatter_kernel(const PoolingShape& shape) {
  return visit_floating(shape.dtype, [&]<class T>(std::type_identity<T>) {
    return MaxScatterApart<T>::takes(shape)
               ? by_images<MaxScatterApart<T>>(shape, shape.x_image(), 0, 0)
               : by_images<MaxScatter<T>>(shape, shape.x_image(), 0, 2);
  });
}

}  // namespace deft
