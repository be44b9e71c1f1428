#pragma once

#include <cstddef>
#include <cstdint>

#include <deft/core/dtype.hpp>
#include <deft/core/kernel.hpp>

#include "windows.hpp"

namespace deft {

/// y = conv(x, w): x [n, spatial..., in], w [window..., in / groups, out], y [n, windows..., out];
/// channels_first: x [n, in, spatial...], w [out, in / groups, window...], y [n, out, windows...].
struct ConvolutionShape {
  DType dtype;
  bool channels_first = false;
  std::int64_t batch = 0;
  std::int64_t groups = 1;
  std::int64_t in = 0;   // channels of x
  std::int64_t out = 0;  // channels of y
  WindowAxes axes = {};
  std::size_t spatial_rank = 0;  // of `axes`, those that are used: the last

  std::int64_t group_in() const { return in / groups; }
  std::int64_t group_out() const { return out / groups; }
  std::int64_t taps() const { return volume<&WindowAxis::window>(axes); }
  std::int64_t positions() const { return volume<&WindowAxis::output>(axes); }

  // Elements of an image of x and of y, and of w.
  std::int64_t x_image() const { return volume<&WindowAxis::input>(axes) * in; }
  std::int64_t y_image() const { return positions() * out; }
  std::int64_t w_size() const { return taps() * group_in() * out; }

  /// For an image.
  double flops() const {
    return 2.0 * static_cast<double>(positions()) * static_cast<double>(w_size());
  }
};

/// Which of x, w and y is computed of the other two: x and w as gradients, of that of y.
enum class Convolved {
  y,  // of x and w
  x,  // of y and w
  w,  // of x and y
};

/// Inputs 0 and 1 are the operands in the order above. Floating dtypes.
Kernel convolution_kernel(Convolved wanted, const ConvolutionShape& shape, int threads);

/// Some images of x and y, and the whole of w: two are read, and one is written.
struct ConvolutionArgs {
  void* x = nullptr;
  void* w = nullptr;
  void* y = nullptr;
  std::byte* private_ = nullptr;  // Convolution::private_bytes, one per thread at work
};

/// A convolution made ready for one shape and for blocks of images. Immutable.
class Convolution {
 public:
  virtual ~Convolution() = default;

  virtual void run(const ConvolutionArgs& args, std::int64_t images) const = 0;

  std::size_t private_bytes = 0;
  bool moves_stack = false;  // as Product::moves_stack
};

}  // namespace deft
