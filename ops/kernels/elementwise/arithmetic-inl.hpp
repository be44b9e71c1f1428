// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_ARITHMETIC_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_ARITHMETIC_INL_HPP
#undef DEFT_OPS_KERNELS_ARITHMETIC_INL_HPP
#else
#define DEFT_OPS_KERNELS_ARITHMETIC_INL_HPP
#endif

#include <cstdint>
#include <type_traits>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The arithmetic of ElementRecorder, which explains it, on vectors of D.
template <class D>
struct VectorArithmetic {
  using Type = hn::TFromD<D>;
  using Number = hn::Vec<D>;
  using Mask = hn::Mask<D>;
  using Words = hn::RebindToUnsigned<D>;
  using Word = hn::Vec<Words>;
  using WordType = hn::TFromD<Words>;

  D d;
  Words words;

  HWY_INLINE Number number(double value) const { return hn::Set(d, static_cast<Type>(value)); }
  HWY_INLINE Word word(WordType bits) const { return hn::Set(words, bits); }

  HWY_INLINE Number neg(Number x) const { return hn::Neg(x); }
  HWY_INLINE Number abs(Number x) const { return hn::Abs(x); }
  HWY_INLINE Number sqrt(Number x) const { return hn::Sqrt(x); }
  HWY_INLINE Number add(Number x, Number y) const { return hn::Add(x, y); }
  HWY_INLINE Number sub(Number x, Number y) const { return hn::Sub(x, y); }
  HWY_INLINE Number mul(Number x, Number y) const { return hn::Mul(x, y); }
  HWY_INLINE Number div(Number x, Number y) const { return hn::Div(x, y); }
  HWY_INLINE Number mul_add(Number x, Number y, Number z) const { return hn::MulAdd(x, y, z); }
  HWY_INLINE Number neg_mul_add(Number x, Number y, Number z) const {
    return hn::NegMulAdd(x, y, z);
  }
  HWY_INLINE Number mul_sub(Number x, Number y, Number z) const { return hn::MulSub(x, y, z); }

  HWY_INLINE Number maximum(Number x, Number y) const {
    return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::Not(hn::Eq(y, y))), y, x);
  }
  HWY_INLINE Number minimum(Number x, Number y) const {
    return hn::IfThenElse(hn::Or(hn::Lt(y, x), hn::Not(hn::Eq(y, y))), y, x);
  }
  HWY_INLINE Number at_most(Number x, Number bound) const {
    return hn::IfThenElse(hn::Gt(x, bound), bound, x);
  }
  HWY_INLINE Number at_least(Number x, Number bound) const {
    return hn::IfThenElse(hn::Lt(x, bound), bound, x);
  }

  /// n does not fit an exponent where the result is denormal or infinite, so 2^n is
  /// (x * 2^h) * 2^(n - h), h = floor(n / 2), of which only the last product is rounded.
  HWY_INLINE Number scale(Number x, Number, Word biased) const {
    constexpr int mantissa_bits = sizeof(Type) == 4 ? 23 : 52;
    const Word half = hn::ShiftRight<1>(biased);
    const Number first = from_bits(hn::ShiftLeft<mantissa_bits>(half));
    const Number second = from_bits(hn::ShiftLeft<mantissa_bits>(hn::Sub(biased, half)));
    return hn::Mul(hn::Mul(x, first), second);
  }

  HWY_INLINE Mask equal(Number x, Number y) const { return hn::Eq(x, y); }
  /// Highway's own Ne is false for NaN on some instruction sets.
  HWY_INLINE Mask not_equal(Number x, Number y) const { return hn::Not(hn::Eq(x, y)); }
  HWY_INLINE Mask less(Number x, Number y) const { return hn::Lt(x, y); }
  HWY_INLINE Mask less_equal(Number x, Number y) const {
    if constexpr (hwy::IsFloat<Type>())
      return hn::Le(x, y);
    else
      return hn::Not(hn::Lt(y, x));
  }
  HWY_INLINE Mask greater(Number x, Number y) const { return less(y, x); }
  HWY_INLINE Mask greater_equal(Number x, Number y) const { return less_equal(y, x); }
  HWY_INLINE Number select(Mask condition, Number x, Number y) const {
    return hn::IfThenElse(condition, x, y);
  }

  HWY_INLINE Word bits(Number x) const { return hn::BitCast(words, x); }
  HWY_INLINE Number from_bits(Word x) const { return hn::BitCast(d, x); }
  HWY_INLINE Word and_bits(Word x, Word y) const { return hn::And(x, y); }
  HWY_INLINE Word or_bits(Word x, Word y) const { return hn::Or(x, y); }
  HWY_INLINE Word xor_bits(Word x, Word y) const { return hn::Xor(x, y); }
  HWY_INLINE Word add_bits(Word x, Word y) const { return hn::Add(x, y); }
  template <int count>
  HWY_INLINE Word shift_left(Word x) const {
    return hn::ShiftLeft<count>(x);
  }
  template <int count>
  HWY_INLINE Word shift_right(Word x) const {
    return hn::ShiftRight<count>(x);
  }
};

/// Of bools, which are bytes 0 and 1: they are equal where their exclusive or is 0.
template <class D>
struct BoolArithmetic {
  using Number = hn::Vec<D>;
  using Mask = hn::Vec<D>;

  D d;

  HWY_INLINE Mask equal(Number x, Number y) const {
    return hn::Xor(not_equal(x, y), hn::Set(d, 1));
  }
  HWY_INLINE Mask not_equal(Number x, Number y) const { return hn::Xor(x, y); }
};

/// How an element of T lies in memory.
template <class T>
using Stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

/// The arithmetic of elements of T on vectors of D.
template <class T, class D>
HWY_INLINE auto arithmetic_of(D d) {
  if constexpr (std::is_same_v<T, bool>)
    return BoolArithmetic<D>{d};
  else
    return VectorArithmetic<D>{d, {}};
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
