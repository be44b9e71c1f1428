#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <deft/core/visit_dtype.hpp>

#include "pool.hpp"
#include "pooling.hpp"

namespace deft {
namespace {

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
  void divide(const PoolRow& row, const From* from, std::int64_t inner, To* to) const {
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

// The bodies of kernels: each makes what belongs to [begin, end) of batch and outer channels.

template <class T>
struct AveragePool : Pool {
  Counts counts;

  explicit AveragePool(const PoolingShape& shape) : Pool(shape), counts(shape) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const T* const x = args.input<T>(0);
    auto* const sums = private_row<double>(args, 0);
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t start) {
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
    rows.for_each(begin, end, [&](const PoolRow& row, std::int64_t start) {
      counts.divide(row, args.input<T>(1) + start, inner, shares);
      rows.visit(row, [&](const Segment& segment) {
        for_each_element(segment,
                         [&](std::int64_t from, std::int64_t to) { dx[to] += shares[from]; });
      });
    });
  }
};

}  // namespace

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
