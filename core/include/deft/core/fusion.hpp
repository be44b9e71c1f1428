#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

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

/// The functions that deft can compile into machine code. Every other elementwise op is `other`.
enum class ElementFunction : std::uint8_t {
  other,
  neg,
  square,
  abs,
  sign,
  sqrt,
  rsqrt,
  exp,
  log,
  tanh,
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  select,  // input 1 where input 0 (bool) holds, else input 2
};

// How a fused group computes an op: see OpDef::fusion.

/// Output 0 is computed element by element from at most Row::max_inputs inputs that broadcast to
/// it.
struct MapStep {
  RowFunction row = nullptr;
  ElementFunction function = ElementFunction::other;
};

/// Output 0 is the product of two matrices, op(input 0) op(input 1), of a floating dtype.
struct ProductStep {
  bool transpose_a = false;
  bool transpose_b = false;
};

/// What elements are combined to.
enum class Reduction : std::uint8_t { sum, mean, max, min };

/// Output 0 is one element: the sum, mean or an extreme of all elements of input 0.
struct ReductionStep {
  using Operator = Reduction;
  Operator reduce = Operator::sum;
};

/// Nothing of these: the op cannot join a group.
using FusedStep = std::variant<std::monostate, MapStep, ProductStep, ReductionStep>;

}  // namespace deft
