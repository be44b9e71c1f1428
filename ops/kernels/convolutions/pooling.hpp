#pragma once

#include <cstdint>

#include <deft/core/dtype.hpp>
#include <deft/core/kernel.hpp>

#include "windows.hpp"

namespace deft {

/// Windows over images [batch, outer, spatial..., inner]: one of `outer` and `inner` is the
/// channels, the other 1.
struct PoolingShape {
  DType dtype;
  std::int64_t batch = 0;
  std::int64_t outer = 1;
  std::int64_t inner = 1;
  WindowAxes axes = {};
  bool count_padding = false;   // in means
  DType gathered = DType::f32;  // of what is taken where an extreme stands

  // Elements of one image before and after.
  std::int64_t x_image() const { return outer * volume<&WindowAxis::input>(axes) * inner; }
  std::int64_t y_image() const { return outer * volume<&WindowAxis::output>(axes) * inner; }

  double flops() const {
    return static_cast<double>(batch) * static_cast<double>(y_image()) *
           static_cast<double>(volume<&WindowAxis::window>(axes));
  }
};

// x has the shape of what is pooled, y that of the result. The extreme of a window is its first
// NaN, or else the first of its largest elements; one that meets padding alone has none.

/// x -> y: the extreme of each window, the lowest value where there is none. Numeric dtypes.
Kernel max_pool_kernel(const PoolingShape& shape);

/// x, v [as x] -> y: the element of v where the extreme of x stands, 0 where there is none. x is of
/// a numeric dtype, v of the same or i64.
Kernel max_gather_kernel(const PoolingShape& shape);

// Floating dtypes.

/// x, g [as y] -> [as x]: each element of g added where the extreme of x stands.
Kernel max_scatter_kernel(const PoolingShape& shape);

/// x -> y: the mean of each window.
Kernel average_pool_kernel(const PoolingShape& shape);

/// x, of which only the shape matters, g [as y] -> [as x]: the share of each element of g added to
/// all that its window meets.
Kernel average_scatter_kernel(const PoolingShape& shape);

}  // namespace deft
