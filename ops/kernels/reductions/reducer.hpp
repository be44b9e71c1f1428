#pragma once

#include <cstddef>

#include <deft/core/dtype.hpp>
#include <deft/core/form.hpp>

namespace deft {

/// The loops of a reduction of one dtype. Sums and products of floating elements are
/// accumulated in f64, everything else in its own dtype. Every loop combines in an order that
/// depends on its arguments alone, not on the instruction set. `ahead`: memory is asked for
/// elements so far ahead of those that are read; 0: it is not asked.
struct Reducer {
  std::size_t element_size = 0;
  std::size_t accumulator_size = 0;

  /// Sets `n` accumulators to the reduction of nothing.
  void (*clear)(void* accumulators, std::size_t n) = nullptr;

  /// Takes row i, `length` elements from x + i * stride on, into accumulator i.
  void (*rows)(const void* x, std::size_t count, std::size_t length, std::size_t stride,
               std::size_t ahead, void* accumulators) = nullptr;

  /// Takes element k of each of `count` rows, the first `width` from x + r * stride on, into
  /// accumulator k.
  void (*columns)(const void* x, std::size_t count, std::size_t width, std::size_t stride,
                  std::size_t ahead, void* accumulators) = nullptr;

  /// Takes `n` accumulators `others` into `accumulators`, one by one. The two must not overlap.
  void (*combine)(const void* others, std::size_t n, void* accumulators) = nullptr;

  /// Writes `n` results; floating ones are divided by `divisor`.
  void (*store)(const void* accumulators, std::size_t n, double divisor, void* results) = nullptr;
};

/// The loops for a numeric dtype. A mean has the loops of a sum.
Reducer reducer(Reduction op, DType dtype);

}  // namespace deft
