#pragma once

#include <cstdint>
#include <span>

namespace deft {

/// Elements that windows of a row meet at one tap: for each i < groups and j < length, element
/// y + i * y_group + j of the row meets x + i * x_group + j * step.
struct Segment {
  std::int64_t x;
  std::int64_t y;
  std::int64_t groups;
  std::int64_t x_group;
  std::int64_t y_group;
  std::int64_t length;
  std::int64_t step;
};

/// Where the inner loops of maxima read and write: `x` and `dx` are what is pooled and its
/// gradient, the others rows of windows.
template <class T>
struct MaximumRow {
  const T* x = nullptr;
  T* best = nullptr;
  T* rest = nullptr;  // of the gradients of windows whose extreme has not come yet
  T* dx = nullptr;
};

/// A row of windows that meet no padding, and no element twice: at each tap, `inner` elements side
/// by side.
template <class T>
struct WindowsApart {
  const T* x = nullptr;   // what the first window meets first
  const T* dy = nullptr;  // [windows, inner]
  T* dx = nullptr;        // as x
  std::int64_t windows = 0;
  std::int64_t next = 0;  // elements of x from one window to the next
  std::int64_t inner = 0;
  std::span<const std::int64_t> taps = {};  // where they are, from the first one of their window
};

/// The inner loops of maxima, for the instruction set that the processor has.
template <class T>
struct MaximumLoops {
  /// best = max(best, x), where a NaN is larger than any number and the first stays.
  void (*find)(const Segment& segment, const MaximumRow<T>& row);

  /// dx += rest where x is the extreme; there rest becomes 0.
  void (*scatter)(const Segment& segment, const MaximumRow<T>& row);

  /// dx = dy where x is the extreme of its window, else 0.
  void (*scatter_apart)(const WindowsApart<T>& row);
};

/// T is the type of any numeric dtype.
template <class T>
MaximumLoops<T> maximum_loops();

/// True if x may be the extreme `best` of its window; the first such one is it.
template <class T>
bool is_extreme(T x, T best) {
  return x == best || (x != x && best != best);
}

}  // namespace deft
