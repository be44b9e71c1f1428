#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include <deft/core/element_code.hpp>

namespace deft {

/// The arithmetic in which an element function is written down as ElementCode. Element functions
/// are templates over an arithmetic A, so that deft's own are compiled for every instruction set
/// too:
///
///     template <class A>
///     static typename A::Number of(const A& a, typename A::Number x);
///
/// Every operation is IEEE 754's for floating elements, rounded once (a mul_add twice where the
/// processor has no such instruction); integers wrap.
template <class T>
class ElementRecorder {
 public:
  using Type = T;
  using Value = ElementCode::Value;

  struct Number {  // an element
    Value value;
  };
  struct Mask {  // a truth value
    Value value;
  };
  struct Word {  // the bits of an element, an unsigned integer
    Value value;
  };
  using WordType =
      std::conditional_t<sizeof(T) == 8, std::uint64_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint8_t>>;

  explicit ElementRecorder(ElementCode& code) : code_(code) {}

  /// The element next to `value`.
  Number number(double value) const {
    return {constant(std::bit_cast<WordType>(static_cast<T>(value)))};
  }
  Word word(WordType bits) const { return {constant(bits)}; }

  Number neg(Number x) const { return {add(ElementOp::neg, x.value)}; }
  Number abs(Number x) const { return {add(ElementOp::abs, x.value)}; }
  Number add(Number x, Number y) const { return binary(ElementOp::add, x, y); }
  Number sub(Number x, Number y) const { return binary(ElementOp::sub, x, y); }
  Number mul(Number x, Number y) const { return binary(ElementOp::mul, x, y); }

  /// NaN if either is NaN; x if they are equal.
  Number maximum(Number x, Number y) const { return binary(ElementOp::maximum, x, y); }
  Number minimum(Number x, Number y) const { return binary(ElementOp::minimum, x, y); }

  /// `bound` where x is above (below) it, else x, NaN among it.
  Number at_most(Number x, Number bound) const { return binary(ElementOp::at_most, x, bound); }
  Number at_least(Number x, Number bound) const { return binary(ElementOp::at_least, x, bound); }

  // Of floating elements alone.
  Number div(Number x, Number y) const requires std::is_floating_point_v<T> {
    return binary(ElementOp::div, x, y);
  }
  Number sqrt(Number x) const requires std::is_floating_point_v<T> {
    return {add(ElementOp::sqrt, x.value)};
  }

  /// x y + z, z - x y and x y - z, rounded once where the processor has such an instruction.
  Number mul_add(Number x, Number y, Number z) const requires std::is_floating_point_v<T> {
    return {add(ElementOp::mul_add, x.value, y.value, z.value)};
  }
  Number neg_mul_add(Number x, Number y, Number z) const requires std::is_floating_point_v<T> {
    return {add(ElementOp::neg_mul_add, x.value, y.value, z.value)};
  }
  Number mul_sub(Number x, Number y, Number z) const requires std::is_floating_point_v<T> {
    return {add(ElementOp::mul_sub, x.value, y.value, z.value)};
  }

  /// x 2^n, rounded once, for an integer n whose sum with twice the bias of exponents stands in the
  /// lowest bits of `biased`. n may be out of the range of exponents.
  Number scale(Number x, Number n, Word biased) const requires std::is_floating_point_v<T> {
    return {add(ElementOp::scale, x.value, n.value, biased.value)};
  }

  // NaN is not equal to anything, and not less or greater.
  Mask equal(Number x, Number y) const { return compare(ElementOp::equal, x, y); }
  Mask not_equal(Number x, Number y) const { return compare(ElementOp::not_equal, x, y); }
  Mask less(Number x, Number y) const { return compare(ElementOp::less, x, y); }
  Mask less_equal(Number x, Number y) const { return compare(ElementOp::less_equal, x, y); }
  Mask greater(Number x, Number y) const { return compare(ElementOp::greater, x, y); }
  Mask greater_equal(Number x, Number y) const { return compare(ElementOp::greater_equal, x, y); }

  /// x where `condition` holds, else y.
  Number select(Mask condition, Number x, Number y) const {
    return {add(ElementOp::select, condition.value, x.value, y.value)};
  }

  Word bits(Number x) const { return {x.value}; }
  Number from_bits(Word x) const { return {x.value}; }
  Word and_bits(Word x, Word y) const { return binary(ElementOp::and_bits, x, y); }
  Word or_bits(Word x, Word y) const { return binary(ElementOp::or_bits, x, y); }
  Word xor_bits(Word x, Word y) const { return binary(ElementOp::xor_bits, x, y); }
  Word add_bits(Word x, Word y) const { return binary(ElementOp::add_bits, x, y); }

  template <int count>
  Word shift_left(Word x) const {
    return shift(ElementOp::shift_left, x, count);
  }
  template <int count>
  Word shift_right(Word x) const {
    return shift(ElementOp::shift_right, x, count);
  }

 private:
  static constexpr Value no_value = ElementCode::no_value;

  Value constant(std::uint64_t bits) const {
    return code_.add({.op = ElementOp::constant, .bits = bits});
  }
  Value add(ElementOp op, Value a, Value b = no_value, Value c = no_value) const {
    return code_.add({.op = op, .operands = {a, b, c}});
  }
  template <class V>
  V binary(ElementOp op, V x, V y) const {
    return {add(op, x.value, y.value)};
  }
  Mask compare(ElementOp op, Number x, Number y) const {
    return {code_.add({.op = op, .is_mask = true, .operands = {x.value, y.value, no_value}})};
  }
  Word shift(ElementOp op, Word x, std::uint8_t count) const {
    return {code_.add({.op = op, .immediate = count, .operands = {x.value, no_value, no_value}})};
  }

  ElementCode& code_;
};

}  // namespace deft
