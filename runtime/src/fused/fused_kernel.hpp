#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "fused_program.hpp"

namespace deft {

class CodeGenerator;

/// An operation as a step of a group.
struct RowStream {
  FusedStep step;
  std::int64_t rows = 0;  // of the group
};

/// How a group computes a product of these matrices; nothing if it cannot.
std::optional<RowStream> row_stream(const ProductForm& form, std::span<const TensorSpec> inputs,
                                    const TensorSpec& output);

/// Whether the kernel of such a product makes rows block by block, for a group that follows: see
/// Leader.
bool makes_rows(const ProductForm& form, std::span<const TensorSpec> inputs,
                const TensorSpec& output);

/// How a group computes a reduction of more than one element to each; nothing if it cannot. Only a
/// reduction of all elements to one takes any number of rows: `rows`, of which all have as many
/// elements.
std::optional<RowStream> row_stream(const ReductionForm& form, const TensorSpec& input,
                                    std::int64_t rows);

/// True if the elements of `operand`, repeated to `output`, are in as many rows as those: a row of
/// one is read for the same row of the other alone.
bool keeps_rows(const Shape& operand, const Shape& output, std::int64_t rows);

/// Into how many rows a result is best cut because `operand` is repeated to it: as one row for all,
/// or as an element for each; nothing if the rows are not worth it.
std::optional<std::int64_t> rows_of_repeated(const Shape& operand, const Shape& result);

/// The kernel of a fused group: inputs and outputs as in the program. Gives the bits that the
/// kernels of its operations give one by one, whether the processor runs those or the machine code
/// that `generator`, unless it is null, makes for the group where that is possible.
Kernel fused_kernel(const FusedProgram& program, CodeGenerator* generator);

/// The same where the processor gets machine code for all steps that go over tiles; else nothing.
std::optional<Kernel> generated_kernel(const FusedProgram& program, CodeGenerator& generator);

}  // namespace deft
