#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

namespace deft {

class Tensor;

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

/// Output 0 is one element: the sum, mean or an extreme of all elements of input 0.
struct ReductionStep {
  enum class Operator : std::uint8_t { sum, mean, max, min };
  Operator reduce = Operator::sum;
};

/// Nothing of these: the op cannot join a group.
using FusedStep = std::variant<std::monostate, MapStep, ProductStep, ReductionStep>;

/// Several operations as one, which goes once over `rows` rows. A row of a tensor [rows, ...] is
/// its part with one first index; a tensor of any shape has as many rows as elements, if no product
/// wants others. Steps hand on rows while they are in the cache; products over the rows and
/// reductions give their results when all rows are done.
struct FusedProgram {
  struct Operand {
    bool is_step = false;  // the result of an earlier step; else an input
    std::uint32_t index = 0;
  };
  struct Step {
    FusedStep what;
    std::vector<Operand> operands;
    TensorSpec spec;           // of its result
    std::int64_t output = -1;  // its number among the outputs of the group, if it is one
  };

  struct Input {
    TensorSpec spec;
    const Tensor* constant = nullptr;  // its value, if the plan knows it
  };

  /// A small program that begins when all rows are done, such as the update after a gradient.
  struct Epilogue;

  std::int64_t rows = 0;
  std::vector<Input> inputs;
  std::vector<Step> steps;
  std::size_t num_outputs = 0;
  std::vector<Epilogue> epilogues;  // in this order
};

struct FusedProgram::Epilogue {
  /// An input or output of the kernel, which has those of the program first.
  struct Argument {
    bool is_output = false;
    std::uint32_t index = 0;
  };

  FusedProgram program;
  std::vector<Argument> inputs;
  std::vector<std::uint32_t> outputs;  // of the kernel
};

}  // namespace deft
