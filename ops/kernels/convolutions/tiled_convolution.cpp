#include "tiled_convolution.hpp"

#include <algorithm>

#include "kernels/products/tiled_kernel.hpp"

namespace deft {
namespace {

/// Strides of x, w and y for one group, in elements.
struct Strides {
  std::int64_t x_image, x_element, x_channel, x_group;
  std::int64_t w_term, w_out, w_group;  // a term is a tap and a channel
  std::int64_t y_image, y_position, y_channel, y_group;

  explicit Strides(const ConvolutionShape& s) {
    const bool first = s.channels_first;
    const std::int64_t elements = volume<&WindowAxis::input>(s.axes);
    const std::int64_t terms = s.taps() * s.group_in();
    x_image = s.x_image();
    x_element = first ? 1 : s.in;
    x_channel = first ? elements : 1;
    x_group = s.group_in() * x_channel;
    w_term = first ? 1 : s.out;
    w_out = first ? terms : 1;
    w_group = s.group_out() * w_out;
    y_image = s.y_image();
    y_position = first ? 1 : s.out;
    y_channel = first ? s.positions() : 1;
    y_group = s.group_out() * y_channel;
  }
};

/// Windows [begin, end) of a run of images whose windows lie evenly in y: with the channels last of
/// all images, otherwise of one.
struct Windows {
  double* x;
  double* y;
  std::int64_t begin;
  std::int64_t end;

  std::int64_t count() const { return end - begin; }
};

class TiledConvolution final : public Convolution {
 public:
  TiledConvolution(Convolved wanted, const ConvolutionShape& shape)
      : kernel_(tiled_kernel<double>()),
        wanted_(wanted),
        shape_(shape),
        at_(shape),
        terms_(shape.taps() * shape.group_in()),
        tap_stride_(shape.channels_first ? 1 : shape.group_in()),
        channel_stride_(shape.channels_first ? shape.taps() : 1) {
    constexpr std::int64_t cached = 32768;  // elements of a matrix that a second-level cache holds
    constexpr std::int64_t least = 64;      // rows that are worth packing the filter
    most_windows_ = std::max(least, cached / terms_ / 8 * 8);
    // In private memory: the matrix; what a product packs; a part of the gradient of a filter.
    packed_a_ = most_windows_ * terms_;
    packed_b_ = packed_a_ + tiled_rows * tiled_terms;
    sum_ = packed_b_ + tiled_columns * tiled_terms;
    const std::int64_t end = sum_ + (wanted == Convolved::w ? terms_ * shape.group_out() : 0);
    private_bytes = static_cast<std::size_t>(end) * sizeof(double);
  }

  void run(const ConvolutionArgs& args, std::int64_t images) const override {
    auto* const x = static_cast<double*>(args.x);
    auto* const w = static_cast<double*>(args.w);
    auto* const y = static_cast<double*>(args.y);
    auto* const work = reinterpret_cast<double*>(args.private_);
    if (wanted_ == Convolved::x) clear(x, images * at_.x_image);
    if (wanted_ == Convolved::w) clear(w, shape_.w_size());
    const std::int64_t together = shape_.channels_first ? 1 : images;
    const std::int64_t all = together * shape_.positions();
    for (std::int64_t image = 0; image < images; image += together)
      for (std::int64_t begin = 0; begin < all; begin += most_windows_) {
        const Windows windows{x + image * at_.x_image, y + image * at_.y_image, begin,
                              std::min(all, begin + most_windows_)};
        for (std::int64_t group = 0; group < shape_.groups; ++group)
          convolve(windows, group, w + group * at_.w_group, work);
      }
  }

 private:
  static void clear(double* data, std::int64_t count) { std::fill_n(data, count, 0.0); }

  void convolve(const Windows& windows, std::int64_t group, double* w, double* work) const {
    double* const x = windows.x + group * at_.x_group;
    double* const y = windows.y + windows.begin * at_.y_position + group * at_.y_group;
    switch (wanted_) {
      case Convolved::y:
        gather(windows, x, work);
        return multiply_filter(windows.count(), w, y, work);
      case Convolved::x:
        multiply_transposed_filter(windows.count(), w, y, work);
        return scatter(windows, x, work);
      case Convolved::w:
        gather(windows, x, work);
        return add_products(windows.count(), w, y, work);
    }
  }

  /// Calls f(row, element, tap) for every window and every tap of it: the elements of x that it
  /// meets begin at `element`, or at none if that is negative.
  template <class F>
  void visit(const Windows& windows, const F& f) const {
    const auto& [depth, height, width] = shape_.axes;
    for (std::int64_t row = 0; row < windows.count(); ++row) {
      std::int64_t rest = windows.begin + row;
      const std::int64_t column = rest % width.output;
      rest /= width.output;
      const std::int64_t line = rest % height.output;
      rest /= height.output;
      const std::int64_t slice = rest % depth.output;
      const std::int64_t image = rest / depth.output * at_.x_image;
      std::int64_t tap = 0;
      for (std::int64_t i = 0; i < depth.window; ++i)
        for (std::int64_t j = 0; j < height.window; ++j) {
          const std::int64_t d = depth.element(slice, i);
          const std::int64_t h = height.element(line, j);
          const bool holds = depth.holds(d) && height.holds(h);
          const std::int64_t start = image + (d * height.input + h) * width.input * at_.x_element;
          for (std::int64_t k = 0; k < width.window; ++k, ++tap) {
            const std::int64_t e = width.element(column, k);
            f(row, holds && width.holds(e) ? start + e * at_.x_element : -1, tap);
          }
        }
    }
  }

  /// What the windows meet: [windows, terms].
  void gather(const Windows& windows, const double* x, double* matrix) const {
    const std::int64_t channels = shape_.group_in();
    visit(windows, [&](std::int64_t row, std::int64_t element, std::int64_t tap) {
      double* const to = matrix + row * terms_ + tap * tap_stride_;
      if (element < 0)
        for (std::int64_t c = 0; c < channels; ++c) to[c * channel_stride_] = 0;
      else if (!shape_.channels_first)
        std::copy_n(x + element, channels, to);
      else
        for (std::int64_t c = 0; c < channels; ++c)
          to[c * channel_stride_] = x[element + c * at_.x_channel];
    });
  }

  /// Adds [windows, terms] to where the windows met it.
  void scatter(const Windows& windows, double* x, const double* matrix) const {
    const std::int64_t channels = shape_.group_in();
    visit(windows, [&](std::int64_t row, std::int64_t element, std::int64_t tap) {
      if (element < 0) return;
      const double* const from = matrix + row * terms_ + tap * tap_stride_;
      for (std::int64_t c = 0; c < channels; ++c)
        x[element + c * at_.x_channel] += from[c * channel_stride_];
    });
  }

  void multiply(TiledPart<double> part, double* work) const {
    part.packed_a = work + packed_a_;
    part.packed_b = work + packed_b_;
    kernel_(part);
  }

  /// y [windows, out] = matrix [windows, terms] w [terms, out], or the transpose of that.
  void multiply_filter(std::int64_t windows, const double* w, double* y, double* work) const {
    const std::int64_t out = shape_.group_out();
    if (shape_.channels_first)
      multiply({.a = w,
                .b = work,
                .c = y,
                .m = out,
                .n = windows,
                .k = terms_,
                .a_row = at_.w_out,
                .a_term = at_.w_term,
                .b_term = 1,
                .b_column = terms_,
                .c_row = at_.y_channel},
               work);
    else
      multiply({.a = work,
                .b = w,
                .c = y,
                .m = windows,
                .n = out,
                .k = terms_,
                .a_row = terms_,
                .a_term = 1,
                .b_term = at_.w_term,
                .b_column = at_.w_out,
                .c_row = at_.y_position},
               work);
  }

  /// matrix [windows, terms] = y [windows, out] w^T [out, terms]
  void multiply_transposed_filter(std::int64_t windows, const double* w, const double* y,
                                  double* work) const {
    multiply({.a = y,
              .b = w,
              .c = work,
              .m = windows,
              .n = terms_,
              .k = shape_.group_out(),
              .a_row = at_.y_position,
              .a_term = at_.y_channel,
              .b_term = at_.w_out,
              .b_column = at_.w_term,
              .c_row = terms_},
             work);
  }

  /// w [terms, out] += matrix^T [terms, windows] y [windows, out], or the transpose of that.
  void add_products(std::int64_t windows, double* w, const double* y, double* work) const {
    const std::int64_t out = shape_.group_out();
    double* const sum = work + sum_;
    const std::int64_t rows = shape_.channels_first ? out : terms_;
    const std::int64_t columns = shape_.channels_first ? terms_ : out;
    if (shape_.channels_first)
      multiply({.a = y,
                .b = work,
                .c = sum,
                .m = rows,
                .n = columns,
                .k = windows,
                .a_row = at_.y_channel,
                .a_term = at_.y_position,
                .b_term = terms_,
                .b_column = 1,
                .c_row = columns},
               work);
    else
      multiply({.a = work,
                .b = y,
                .c = sum,
                .m = rows,
                .n = columns,
                .k = windows,
                .a_row = 1,
                .a_term = terms_,
                .b_term = at_.y_position,
                .b_column = at_.y_channel,
                .c_row = columns},
               work);
    const std::int64_t w_row = shape_.channels_first ? at_.w_out : at_.w_term;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) w[i * w_row + j] += sum[i * columns + j];
  }

  TiledKernel<double> kernel_;
  Convolved wanted_;
  ConvolutionShape shape_;
  Strides at_;
  std::int64_t terms_;           // columns of the matrix: taps and channels, in the order of w
  std::int64_t tap_stride_;      // between columns
  std::int64_t channel_stride_;  // likewise
  std::int64_t most_windows_;    // rows of the matrix
  std::int64_t packed_a_;        // where it begins in private memory
  std::int64_t packed_b_;
  std::int64_t sum_;
};

}  // namespace

std::unique_ptr<const Convolution> tiled_convolution(Convolved wanted,
                                                     const ConvolutionShape& shape) {
  return std::make_unique<TiledConvolution>(wanted, shape);
}

}  // namespace deft
