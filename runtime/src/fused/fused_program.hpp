#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/fusion.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

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
