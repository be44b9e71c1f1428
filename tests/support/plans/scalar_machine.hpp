#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "fused/code/vector_code.hpp"

namespace deft {

/// Executes a VectorCode for one row of T by scalar arithmetic, as a processor with AVX-512 does it
/// lane by lane. A mask is 0 or 1.
template <class T>
class ScalarMachine {
 public:
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

  explicit ScalarMachine(const VectorCode& code) : code_(code), values_(code.num_values()) {
    for (const VectorCode::Instruction& invariant : code.invariants()) {
      if (invariant.code != Code::constant) throw std::logic_error("no such invariant is known");
      values_[invariant.result] = static_cast<Bits>(code.constants()[invariant.offset]);
    }
  }

  /// What the code stores, if pointer i has element `memory[i]`.
  Bits run(std::span<const Bits> memory) {
    Bits stored = 0;
    for (const VectorCode::Instruction& instruction : code_.body()) {
      switch (instruction.code) {
        case Code::load:
        case Code::load_mask:
          values_[instruction.result] = memory[instruction.pointer];
          break;
        case Code::store:
        case Code::store_mask:
          stored = values_[instruction.operands[0]];
          break;
        default:
          values_[instruction.result] = function(instruction);
      }
    }
    return stored;
  }

 private:
  using Code = VectorCode::Code;

  Bits operand(const VectorCode::Instruction& instruction, std::size_t i) const {
    return instruction.operands[i] == VectorCode::no_value ? 0 : values_[instruction.operands[i]];
  }

  static T number(Bits bits) { return std::bit_cast<T>(bits); }
  static Bits bits(T number) { return std::bit_cast<Bits>(number); }

  Bits function(const VectorCode::Instruction& instruction) const {
    const Bits x = operand(instruction, 0), y = operand(instruction, 1),
               z = operand(instruction, 2);
    const T a = number(x), b = number(y), c = number(z);
    switch (instruction.code) {
      case Code::add:
        return bits(a + b);
      case Code::sub:
        return bits(a - b);
      case Code::mul:
        return bits(a * b);
      case Code::div:
        return bits(a / b);
      case Code::min:
        return a < b ? x : y;
      case Code::max:
        return a > b ? x : y;
      case Code::bit_and:
        return x & y;
      case Code::bit_or:
        return x | y;
      case Code::bit_xor:
        return x ^ y;
      case Code::integer_add:
        return x + y;
      case Code::scale:
        return bits(std::isnan(b) ? b : std::ldexp(a, static_cast<int>(b)));
      case Code::sqrt:
        return bits(std::sqrt(a));
      case Code::shift_left:
        return x << instruction.immediate;
      case Code::shift_right:
        return x >> instruction.immediate;
      case Code::multiply_add:
        return bits(std::fma(a, b, c));
      case Code::negative_multiply_add:
        return bits(std::fma(-a, b, c));
      case Code::multiply_subtract:
        return bits(std::fma(a, b, -c));
      case Code::compare:
        return holds(a, b, instruction.immediate) ? 1 : 0;
      case Code::blend:
        return x != 0 ? y : z;
      case Code::mask_xor:
        return x ^ y;
      case Code::mask_xnor:
        return 1 ^ x ^ y;
      default:
        throw std::logic_error("no such instruction is known");
    }
  }

  static bool holds(T a, T b, std::uint8_t predicate) {
    switch (predicate) {
      case VectorCode::is_equal:
        return a == b;
      case VectorCode::is_not_equal:
        return a != b;
      case VectorCode::is_less:
        return a < b;
      case VectorCode::is_less_equal:
        return a <= b;
      case VectorCode::is_greater:
        return a > b;
      case VectorCode::is_greater_equal:
        return a >= b;
      case VectorCode::is_unordered:
        return a != a || b != b;
      default:
        throw std::logic_error("no such predicate is known");
    }
  }

  const VectorCode& code_;
  std::vector<Bits> values_;
};

}  // namespace deft
