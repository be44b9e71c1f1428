#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/division.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/steps-inl.hpp"

// Divisions with a rest. The rest is exact, whatever the quotient: by one fused multiply-add where
// the quotient has few bits, and by the C library's fmod, which does not round, elsewhere. So all
// instruction sets give the same bits.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// fmod has no code to generate, and takes as long as the quotient has bits.
constexpr ElementFacts division_facts(std::string_view name) {
  return {.name = name,
          .flops = 8,
          .nanoseconds = {.f32 = 0.4, .f64 = 0.8, .integer = 5},
          .fails = integer_dtypes};
}

/// |x| = quotient |y| + rest, 0 <= rest < |y|, the quotient an integer, rounded where it is large.
template <class V>
struct Divided {
  V quotient;
  V rest;
};

template <class T>
Divided<T> divided(T x, T y) {
  const T rest = std::fmod(x, y);
  return {y == 0 ? x / y : std::round((x - rest) / y), rest};
}

/// The quotient of rounded numbers is too large by 1 where it was rounded up to an integer. The
/// rest is then negative, and exact all the same, as is its sum with y.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Divided<V> divided(D d, V x, V y) {
  using T = hn::TFromD<D>;
  if constexpr (HWY_NATIVE_FMA != 0) {
    const V ratio = hn::Div(x, y);
    if (hn::AllTrue(d, hn::Lt(ratio, hn::Set(d, sizeof(T) == 4 ? T{0x1p21} : T{0x1p50})))) {
      const V zero = hn::Zero(d);
      const V quotient = hn::Floor(ratio);
      const V rest = hn::NegMulAdd(quotient, y, x);
      const auto above = hn::Lt(rest, zero);
      const auto none = hn::Lt(x, y);  // y may be infinite
      const V one_less = hn::Sub(quotient, hn::Set(d, 1));
      return {hn::IfThenElse(none, zero, hn::IfThenElse(above, one_less, quotient)),
              hn::IfThenElse(none, x, hn::IfThenElse(above, hn::Add(rest, y), rest))};
    }
  }
  constexpr std::size_t most_lanes = hn::MaxLanes(D());
  T quotients[most_lanes], rests[most_lanes];
  hn::StoreU(x, d, quotients);
  hn::StoreU(y, d, rests);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
    const Divided<T> one = divided(quotients[i], rests[i]);
    quotients[i] = one.quotient;
    rests[i] = one.rest;
  }
  return {hn::LoadU(d, quotients), hn::LoadU(d, rests)};
}

/// Where the quotient of operands of different signs is no integer: the next one below is one
/// further from 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE hn::Mask<D> rounds_away(D d, V x, V y, V rest) {
  const V zero = hn::Zero(d);
  const V sign = hn::And(hn::Xor(x, y), hn::SignBit(d));
  return hn::And(hn::Lt(hn::Or(sign, hn::Set(d, 1)), zero), hn::Gt(rest, zero));
}

struct FloorDiv {
  static constexpr ElementFacts facts = division_facts("floor_div");

  template <class A, class V = typename A::Number>
  static HWY_INLINE V of(const A& a, V x, V y) {
    const Divided<V> z = divided(a.d, a.abs(x), a.abs(y));
    const V further = a.add(z.quotient, a.number(1));
    const V magnitude = a.select(rounds_away(a.d, x, y, z.rest), further, z.quotient);
    return with_sign_of(a, magnitude, hn::Xor(x, y));
  }
};

struct FloorMod {
  static constexpr ElementFacts facts = division_facts("floor_mod");

  template <class A, class V = typename A::Number>
  static HWY_INLINE V of(const A& a, V x, V y) {
    const V size = a.abs(y);
    const V rest = divided(a.d, a.abs(x), size).rest;
    const V magnitude = a.select(rounds_away(a.d, x, y, rest), a.sub(size, rest), rest);
    return with_sign_of(a, magnitude, y);
  }
};

struct TruncMod {
  static constexpr ElementFacts facts = division_facts("trunc_mod");

  template <class A, class V = typename A::Number>
  static HWY_INLINE V of(const A& a, V x, V y) {
    return with_sign_of(a, divided(a.d, a.abs(x), a.abs(y)).rest, x);
  }
};

RowKernel floor_div_row(DType dtype) { return row_of<FloorDiv>(dtype); }
RowKernel floor_mod_row(DType dtype) { return row_of<FloorMod>(dtype); }
RowKernel trunc_mod_row(DType dtype) { return row_of<TruncMod>(dtype); }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(floor_div_row);
HWY_EXPORT(floor_mod_row);
HWY_EXPORT(trunc_mod_row);

namespace {

template <class F>
constexpr ElementFunction division(ElementFunction::Rows rows) {
  return {.facts = F::facts, .arity = 2, .rows = rows};
}

}  // namespace

namespace elements {

extern constexpr ElementFunction floor_div =
    division<HWY_NAMESPACE::FloorDiv>([](DType from, DType) {
      return is_integer(from) ? integer_floor_quotient(from)
                              : HWY_DYNAMIC_DISPATCH(floor_div_row)(from);
    });
extern constexpr ElementFunction floor_mod =
    division<HWY_NAMESPACE::FloorMod>([](DType from, DType) {
      return is_integer(from) ? integer_floor_rest(from)
                              : HWY_DYNAMIC_DISPATCH(floor_mod_row)(from);
    });
extern constexpr ElementFunction trunc_mod =
    division<HWY_NAMESPACE::TruncMod>([](DType from, DType) {
      return is_integer(from) ? integer_rest(from) : HWY_DYNAMIC_DISPATCH(trunc_mod_row)(from);
    });

}  // namespace elements
}  // namespace deft
#endif
