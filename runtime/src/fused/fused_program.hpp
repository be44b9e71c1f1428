#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/form.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// What a step is to the rows of its group.
enum class StepKind : std::uint8_t {
  map,                  // gives rows, element by element
  product,              // gives rows: those of input 0 times a matrix
  product_over_rows,    // both operands are rows; gives sums
  reduction,            // of all elements to one
  zero_sum,             // of elements that are 0 or NaN, likewise
  reduction_of_rows,    // each to one element: gives rows
  reduction_over_rows,  // to one row
};

/// True if a step leaves no rows, but something made of all of them.
constexpr bool reduces(StepKind kind) {
  return kind == StepKind::product_over_rows || kind == StepKind::reduction ||
         kind == StepKind::zero_sum || kind == StepKind::reduction_over_rows;
}

/// A step of a group: what the group does with its rows for an op of this form.
struct FusedStep {
  Form form = {};  // MapForm, ProductForm or ReductionForm
  StepKind kind = StepKind::map;
  std::int64_t block_rows = 1;  // a block of the group has a multiple of so many rows, or all rows;
                                // a tile of a product over the rows has just as many
};

/// Several operations as one, which goes once over `rows` rows. A row of a tensor [rows, ...] is
/// its part with one first index; a tensor of any shape has as many rows as elements, if no product
/// or reduction wants others. Steps hand on rows while they are in the cache; products and
/// reductions over the rows give their results when all rows are done.
struct FusedProgram {
  struct Operand {
    bool is_step = false;  // the result of an earlier step; else an input
    std::uint32_t index = 0;
    const Shape* as = nullptr;  // the shape under which it is read, if that is not its own
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
  std::int64_t leader_rows = 0;  // if not 0: of a block of the leader; a block has as many, too
  std::vector<Input> inputs;
  std::vector<Step> steps;
  std::size_t num_outputs = 0;
  std::vector<Epilogue> epilogues;  // in this order

  /// The spec that an operand has as an input or a result.
  const TensorSpec& own_spec(const Operand& operand) const {
    return operand.is_step ? steps[operand.index].spec : inputs[operand.index].spec;
  }
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
