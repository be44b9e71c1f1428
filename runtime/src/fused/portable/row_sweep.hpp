#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <deft/core/element_code.hpp>

namespace deft {

/// What an instruction of a sweep makes of the accumulator.
enum class SweepCode : std::uint8_t {
  // The ElementOps that a sweep knows: of the accumulator, or of the accumulator and x.
  neg = static_cast<std::uint8_t>(ElementOp::neg),
  abs = static_cast<std::uint8_t>(ElementOp::abs),
  add = static_cast<std::uint8_t>(ElementOp::add),
  sub = static_cast<std::uint8_t>(ElementOp::sub),
  mul = static_cast<std::uint8_t>(ElementOp::mul),
  div = static_cast<std::uint8_t>(ElementOp::div),
  maximum = static_cast<std::uint8_t>(ElementOp::maximum),
  minimum = static_cast<std::uint8_t>(ElementOp::minimum),
  // Others, beyond all ElementOps.
  load = 128,    // x
  product,       // x_0 y[0] + x_1 y[1] + ..., each term added with one rounding
  zero_product,  // 0 + x_0 y[0] + x_1 y[1] + ..., likewise
  square,        // of itself
  sub_from,      // x - itself
  divide,        // x / itself
  add_to_sums,   // itself, and its products with x_0, x_1, ... are added to as many sums
  store,         // itself, and it goes to y
};

/// One instruction of a sweep. Its result for a few vectors of rows, the accumulator, stays in
/// registers for the next instruction.
template <class T>
struct SweepInstruction {
  SweepCode code;
  bool repeated;  // x is one element for all rows
  std::uint8_t columns;
  std::uint8_t first_sum;
  std::int64_t column;  // elements from each x_i to the next
  const T* x;
  T* y;  // of sums: where they are when all rows are done
};

/// Most sums that a sweep can have.
constexpr std::size_t most_sweep_sums = 16;

template <class T>
using RowSweep = void (*)(std::span<const SweepInstruction<T>> program, std::int64_t rows);

/// The function that runs a sweep, for float and double, and for the instruction set that the
/// processor has at the moment of the call.
template <class T>
RowSweep<T> row_sweep();

}  // namespace deft
