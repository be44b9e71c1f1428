#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

// Kernels of what is carried along an axis of their inputs, which have one shape and dtype, from
// one element to the next. Floating numbers are carried in f64, and rounded where they are written.

/// In which order elements are taken, and whether what is written beside an element holds it.
struct Accumulation {
  std::size_t axis;
  bool exclusive;  // what was carried before the element: at first the start
  bool reverse;    // from the last element on
};

/// The sums of the elements of input 0, from 0 on, or their products, from 1 on. Numeric dtypes;
/// integers wrap.
Kernel cumsum_kernel(const Accumulation& along, const KernelContext& context);
Kernel cumprod_kernel(const Accumulation& along, const KernelContext& context);

/// y times an element of input 0, plus that of input 1, from y = 0 on. Floating dtypes.
Kernel recurrence_kernel(const Accumulation& along, const KernelContext& context);

}  // namespace deft
