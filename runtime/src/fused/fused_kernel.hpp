#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "fused_program.hpp"

namespace deft {

/// How a product streams over rows.
struct ProductStream {
  std::int64_t rows = 0;
  bool reduces = false;  // over the rows: both operands are streamed, [rows, m] and [rows, n]; else
                         // input 0, [rows, k], and the result, [rows, n]
  std::int64_t tile_rows = 0;  // that it must take at a time; 0: any number
};

/// How a fused group computes a product of these matrices; nothing if it cannot.
std::optional<ProductStream> product_stream(const ProductStep& step,
                                            std::span<const TensorSpec> inputs,
                                            const TensorSpec& output);

/// How a reduction streams over rows.
struct ReductionStream {
  enum class Over : std::uint8_t {
    nothing,   // it has one element for each result
    all,       // everything becomes one element
    each_row,  // of `rows`, which become one element each
    rows,      // `rows` become one
    other,     // a group cannot compute it
  };
  Over over = Over::other;
  std::int64_t rows = 0;
  std::int64_t block_rows = 1;  // of which a block of the group must have a multiple, or all rows
};

/// `rows` of the group matter for a reduction to one element.
ReductionStream reduction_stream(const ReductionStep& step, const TensorSpec& input,
                                 std::int64_t rows);

/// True if the elements of `operand`, repeated to `output`, are in as many rows as those: a row of
/// one is read for the same row of the other alone.
bool keeps_rows(const Shape& operand, const Shape& output, std::int64_t rows);

/// The kernel of a fused group: inputs and outputs as in the program. Gives the bits that the
/// kernels of its operations give one by one, whether the processor runs those or, with
/// `generate_code`, machine code that is made for the group where that is possible.
Kernel fused_kernel(const FusedProgram& program, bool generate_code);

/// The same where the processor gets machine code for all steps that go over tiles; else nothing.
std::optional<Kernel> generated_kernel(const FusedProgram& program);

}  // namespace deft
