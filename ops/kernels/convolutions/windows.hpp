#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace deft {

/// Numbers from `begin` up to, but not including, `end`.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t size() const { return end - begin; }
};

/// One spatial dimension of an input, over which windows move. Window o, at tap t, meets element
/// o * stride + t * dilation - before; elements outside of the input are padding.
struct WindowAxis {
  std::int64_t input = 1;
  std::int64_t window = 1;
  std::int64_t output = 1;  // number of windows
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t before = 0;
  std::int64_t after = 0;

  /// Elements from the first to the last that a window meets.
  std::int64_t extent() const { return (window - 1) * dilation + 1; }

  /// Elements behind the first window, padding among them; below 0 where not even that one fits.
  std::int64_t slack() const { return input + before + after - extent(); }

  /// How many windows there are, where one fits.
  std::int64_t count() const { return slack() / stride + 1; }

  /// The element that window `o` meets at tap `t`, or one outside of [0, input).
  std::int64_t element(std::int64_t o, std::int64_t t) const {
    return o * stride + t * dilation - before;
  }
  bool holds(std::int64_t element) const { return element >= 0 && element < input; }

  /// The windows that meet an element of the input at tap `t`, and the taps at which window `o`
  /// does.
  Range windows_at(std::int64_t t) const { return inside(element(0, t), stride, output); }
  Range taps_of(std::int64_t o) const { return inside(element(o, 0), dilation, window); }

 private:
  /// Of the elements `first`, first + step, ..., those in the input.
  Range inside(std::int64_t first, std::int64_t step, std::int64_t count) const {
    const std::int64_t begin = first >= 0 ? 0 : (step - 1 - first) / step;
    const std::int64_t end = first >= input ? 0 : (input - 1 - first) / step + 1;
    return {std::min(begin, count), std::max(std::min(begin, count), std::min(end, count))};
  }
};

/// Three spatial dimensions; where there are fewer, the first are those of a single element.
using WindowAxes = std::array<WindowAxis, 3>;

template <std::int64_t WindowAxis::*size>
std::int64_t volume(const WindowAxes& axes) {
  return axes[0].*size * axes[1].*size * axes[2].*size;
}

}  // namespace deft
