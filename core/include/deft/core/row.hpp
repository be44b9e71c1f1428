#pragma once

#include <array>
#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

/// One row of an elementwise computation: `count` elements in order. An operand is read in order
/// too, or is one element for all of them.
struct Row {
  static constexpr std::size_t max_inputs = 3;

  std::array<const void*, max_inputs> inputs{};
  void* output = nullptr;
  std::size_t count = 0;
  unsigned repeated = 0;  // bit i: input i is one element

  template <class T>
  const T* input(std::size_t i) const {
    return static_cast<const T*>(inputs[i]);
  }
  template <class T>
  T* out() const {
    return static_cast<T*>(output);
  }
  bool repeats(std::size_t i) const { return ((repeated >> i) & 1U) != 0; }
};

/// Computes a row. Each element is a function of the operands' elements beside it alone, so that a
/// row may be cut anywhere. The output may be one of the inputs.
using RowFunction = void (*)(const Row&);

/// A function of rows; and where one element of each operand can be computed in a shorter way, the
/// kernel that does so.
struct RowKernel {
  RowFunction row;
  Kernel::Run single = nullptr;

  RowKernel(RowFunction function) : row(function) {}
  RowKernel(RowFunction function, Kernel::Run alone) : row(function), single(alone) {}
};

}  // namespace deft
