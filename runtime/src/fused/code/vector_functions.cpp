#include "vector_functions.hpp"

#include <deft/core/error.hpp>

namespace deft {
namespace {

using Value = VectorCode::Value;
using Code = VectorCode::Code;

/// Appends the operations of an element function, most of which are one instruction.
class FunctionWriter {
 public:
  FunctionWriter(const ElementCode& function, std::span<const Value> operands, VectorCode& code)
      : function_(function), code_(code) {
    values_.reserve(function.instructions().size());
    values_.assign(operands.begin(), operands.end());
  }

  Value write() {
    for (const ElementCode::Instruction& instruction : function_.body())
      values_.push_back(append(instruction));
    return values_[function_.result()];
  }

 private:
  Value append(const ElementCode::Instruction& instruction) {
    std::array<Value, 3> of{};
    for (std::size_t i = 0; i < of.size(); ++i)
      of[i] = instruction.operands[i] == ElementCode::no_value ? VectorCode::no_value
                                                               : values_[instruction.operands[i]];
    const auto [a, b, c] = of;
    switch (instruction.op) {
      case ElementOp::input:
        break;
      case ElementOp::constant:
        return code_.constant_bits(instruction.bits);
      case ElementOp::neg:
        return code_.op(Code::bit_xor, a, code_.constant_bits(sign_bit()));
      case ElementOp::abs:
        return code_.op(Code::bit_and, a, code_.constant_bits(sign_bit() - 1));
      case ElementOp::sqrt:
        return code_.op(Code::sqrt, a);
      case ElementOp::add:
        return code_.op(Code::add, a, b);
      case ElementOp::sub:
        return code_.op(Code::sub, a, b);
      case ElementOp::mul:
        return code_.op(Code::mul, a, b);
      case ElementOp::div:
        return code_.op(Code::div, a, b);
      case ElementOp::mul_add:
        return code_.op(Code::multiply_add, a, b, c);
      case ElementOp::neg_mul_add:
        return code_.op(Code::negative_multiply_add, a, b, c);
      case ElementOp::mul_sub:
        return code_.op(Code::multiply_subtract, a, b, c);
      case ElementOp::maximum:
        return extreme(Code::max, a, b);
      case ElementOp::minimum:
        return extreme(Code::min, a, b);
      case ElementOp::at_most:
        return code_.op(Code::min, b, a);
      case ElementOp::at_least:
        return code_.op(Code::max, b, a);
      case ElementOp::scale:
        return scale(a, b, c);
      case ElementOp::equal:
        return code_.is_mask(a) ? code_.op(Code::mask_xnor, a, b)
                                : compare(a, b, VectorCode::is_equal);
      case ElementOp::not_equal:
        return code_.is_mask(a) ? code_.op(Code::mask_xor, a, b)
                                : compare(a, b, VectorCode::is_not_equal);
      case ElementOp::less:
        return compare(a, b, VectorCode::is_less);
      case ElementOp::less_equal:
        return compare(a, b, VectorCode::is_less_equal);
      case ElementOp::greater:
        return compare(a, b, VectorCode::is_greater);
      case ElementOp::greater_equal:
        return compare(a, b, VectorCode::is_greater_equal);
      case ElementOp::select:
        return code_.op(Code::blend, a, b, c);
      case ElementOp::and_bits:
        return code_.op(Code::bit_and, a, b);
      case ElementOp::or_bits:
        return code_.op(Code::bit_or, a, b);
      case ElementOp::xor_bits:
        return code_.op(Code::bit_xor, a, b);
      case ElementOp::add_bits:
        return code_.op(Code::integer_add, a, b);
      case ElementOp::shift_left:
        return shift(Code::shift_left, a, instruction.immediate);
      case ElementOp::shift_right:
        return shift(Code::shift_right, a, instruction.immediate);
    }
    throw InternalError("an operation of an element function has no instructions");
  }

  /// `bound` is min or max, which give the second operand where one is NaN or both are equal: x,
  /// but if y alone is NaN that is wrong.
  Value extreme(Code bound, Value x, Value y) {
    const Value of_numbers = code_.op(bound, y, x);
    return code_.op(Code::blend, compare(y, y, VectorCode::is_unordered), y, of_numbers);
  }

  /// x 2^n, rounded once. Without an instruction for it by two products, as VectorArithmetic has
  /// it: `biased` is n and twice the bias of an exponent, in the lowest bits.
  Value scale(Value x, Value n, Value biased) {
    if (code_.machine().scales) return code_.op(Code::scale, x, n);
    const std::uint8_t mantissa_bits = code_.dtype() == DType::f32 ? 23 : 52;
    const auto power_of_half = [&](Value exponent) {
      return shift(Code::shift_left, shift(Code::shift_right, exponent, 1), mantissa_bits);
    };
    const Value first = code_.op(Code::mul, x, power_of_half(biased));
    const Value rounded_up = code_.op(Code::integer_add, biased, code_.constant_bits(1));
    return code_.op(Code::mul, first, power_of_half(rounded_up));
  }

  Value compare(Value x, Value y, VectorCode::Predicate predicate) {
    return code_.op(Code::compare, x, y, VectorCode::no_value, predicate);
  }

  Value shift(Code direction, Value x, std::uint8_t count) {
    return code_.op(direction, x, VectorCode::no_value, VectorCode::no_value, count);
  }

  std::uint64_t sign_bit() const { return std::uint64_t{1} << (8 * code_.element_bytes() - 1); }

  const ElementCode& function_;
  VectorCode& code_;
  std::vector<Value> values_;  // by those of the function
};

}  // namespace

Value append_function(const ElementFunction& function, std::span<const Value> operands,
                      VectorCode& code) {
  const bool of_bools = code.is_mask(operands.back());
  if (of_bools && function.conditional) return VectorCode::no_value;  // between bools
  const auto recorded = function.code(of_bools ? DType::boolean : code.dtype());
  // A mask forgets which byte a true bool was, and a copy is of bytes.
  const bool copies_bools = of_bools && recorded && recorded->body().empty();
  if (!recorded || copies_bools) return VectorCode::no_value;
  return FunctionWriter(*recorded, operands, code).write();
}

}  // namespace deft
