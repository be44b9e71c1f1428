#include "vector_functions.hpp"

#include <deft/core/error.hpp>

#include "vector_exponential.hpp"

namespace deft {
namespace {

using Value = VectorCode::Value;
using Code = VectorCode::Code;

Value compare(VectorCode& code, Value x, Value y, VectorCode::Predicate predicate) {
  return code.op(Code::compare, x, y, VectorCode::no_value, predicate);
}

/// What is neither above, below nor at 0 is NaN and stays.
Value sign(VectorCode& code, Value x) {
  const Value zero = code.constant(0);
  Value result = code.op(Code::blend, compare(code, x, zero, VectorCode::equal), zero, x);
  result =
      code.op(Code::blend, compare(code, x, zero, VectorCode::less), code.constant(-1), result);
  return code.op(Code::blend, compare(code, x, zero, VectorCode::greater), code.constant(1),
                 result);
}

/// `bound` is min or max, which give the second operand where one is NaN or both are equal: x, but
/// if y alone is NaN that is wrong.
Value extreme(VectorCode& code, Code bound, Value x, Value y) {
  const Value of_numbers = code.op(bound, y, x);
  return code.op(Code::blend, compare(code, y, y, VectorCode::unordered), y, of_numbers);
}

Value equality(VectorCode& code, Value x, Value y, bool equal) {
  if (code.is_mask(x)) return code.op(equal ? Code::mask_xnor : Code::mask_xor, x, y);
  return compare(code, x, y, equal ? VectorCode::equal : VectorCode::not_equal);
}

Value append_unary(ElementFunction function, Value x, VectorCode& code) {
  const std::uint64_t sign_bit = std::uint64_t{1} << (8 * code.element_bytes() - 1);
  switch (function) {
    case ElementFunction::neg:
      return code.op(Code::bit_xor, x, code.constant_bits(sign_bit));
    case ElementFunction::square:
      return code.op(Code::mul, x, x);
    case ElementFunction::abs:
      return code.op(Code::bit_and, x, code.constant_bits(sign_bit - 1));
    case ElementFunction::sign:
      return sign(code, x);
    case ElementFunction::sqrt:
      return code.op(Code::sqrt, x);
    case ElementFunction::rsqrt:
      return code.op(Code::div, code.constant(1), code.op(Code::sqrt, x));
    case ElementFunction::exp:
      return append_exp(x, code);
    case ElementFunction::log:
      return append_log(x, code);
    case ElementFunction::tanh:
      return append_tanh(x, code);
    default:
      throw InternalError("no instructions are known for a function of one operand");
  }
}

Value append_binary(ElementFunction function, Value x, Value y, VectorCode& code) {
  switch (function) {
    case ElementFunction::add:
      return code.op(Code::add, x, y);
    case ElementFunction::sub:
      return code.op(Code::sub, x, y);
    case ElementFunction::mul:
      return code.op(Code::mul, x, y);
    case ElementFunction::div:
      return code.op(Code::div, x, y);
    case ElementFunction::maximum:
      return extreme(code, Code::max, x, y);
    case ElementFunction::minimum:
      return extreme(code, Code::min, x, y);
    case ElementFunction::equal:
      return equality(code, x, y, true);
    case ElementFunction::not_equal:
      return equality(code, x, y, false);
    case ElementFunction::less:
      return compare(code, x, y, VectorCode::less);
    case ElementFunction::less_equal:
      return compare(code, x, y, VectorCode::less_equal);
    case ElementFunction::greater:
      return compare(code, x, y, VectorCode::greater);
    case ElementFunction::greater_equal:
      return compare(code, x, y, VectorCode::greater_equal);
    default:
      throw InternalError("no instructions are known for a function of two operands");
  }
}

}  // namespace

Value append_function(ElementFunction function, std::span<const Value> operands, VectorCode& code) {
  if (function == ElementFunction::select)
    return code.is_mask(operands[1]) ? VectorCode::no_value
                                     : code.op(Code::blend, operands[0], operands[1], operands[2]);
  if (operands.size() == 1) return append_unary(function, operands[0], code);
  return append_binary(function, operands[0], operands[1], code);
}

}  // namespace deft
