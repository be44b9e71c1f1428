#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/dtype.hpp>

namespace deft {

/// An operation on one element of each of its operands a, b and c: see ElementRecorder.
enum class ElementOp : std::uint8_t {
  input,
  constant,
  neg,
  abs,
  sqrt,
  add,
  sub,
  mul,
  div,
  mul_add,
  neg_mul_add,
  mul_sub,
  maximum,
  minimum,
  at_most,
  at_least,
  scale,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  select,
  and_bits,
  or_bits,
  xor_bits,
  add_bits,
  shift_left,
  shift_right,
};

/// An element function, written down: one operation after the other, without branches. A value is
/// the number of the instruction that makes it; the operands are the first instructions.
class ElementCode {
 public:
  using Value = std::uint32_t;
  static constexpr Value no_value = ~Value{0};
  static constexpr std::size_t most_instructions = 128;

  struct Instruction {
    ElementOp op = ElementOp::input;
    std::uint8_t immediate = 0;  // bits of a shift
    bool is_mask = false;        // a truth value; else an element of the dtype
    std::array<Value, 3> operands{no_value, no_value, no_value};
    std::uint64_t bits = 0;  // of a constant, in the lowest bytes
  };

  /// `arity` operands of `dtype`; with `conditional`, a bool is the first of them.
  ElementCode(DType dtype, std::size_t arity, bool conditional);

  /// Appends an instruction. Throws ValueError if there are too many.
  Value add(const Instruction& instruction);

  void set_result(Value value) { result_ = value; }

  DType dtype() const { return dtype_; }
  std::size_t arity() const { return arity_; }
  Value result() const { return result_; }
  bool is_mask(Value value) const { return instructions_[value].is_mask; }
  std::span<const Instruction> instructions() const { return instructions_; }

  /// The instructions that follow upon the operands.
  std::span<const Instruction> body() const { return instructions().subspan(arity_); }

 private:
  DType dtype_;
  std::size_t arity_;
  Value result_ = 0;
  std::vector<Instruction> instructions_;
};

}  // namespace deft
