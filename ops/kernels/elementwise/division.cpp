#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/division.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/rows-inl.hpp"

// Divisions with a rest. The rest is exact, whatever the quotient: by one fused multiply-add where
// the quotient has few bits, and by the C library's fmod, which does not round, elsewhere. So all
// instruction sets give the same bits.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

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
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, V x, V y) {
    const Divided<V> z = divided(d, hn::Abs(x), hn::Abs(y));
    const V further = hn::Add(z.quotient, hn::Set(d, 1));
    const V magnitude = hn::IfThenElse(rounds_away(d, x, y, z.rest), further, z.quotient);
    return hn::Or(magnitude, hn::And(hn::Xor(x, y), hn::SignBit(d)));
  }
};

struct FloorMod {
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, V x, V y) {
    const V size = hn::Abs(y);
    const V rest = divided(d, hn::Abs(x), size).rest;
    const V beyond = hn::Sub(size, rest);
    const V magnitude = hn::IfThenElse(rounds_away(d, x, y, rest), beyond, rest);
    return hn::Or(magnitude, hn::And(y, hn::SignBit(d)));
  }
};

struct TruncMod {
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, V x, V y) {
    const V rest = divided(d, hn::Abs(x), hn::Abs(y)).rest;
    return hn::Or(rest, hn::And(x, hn::SignBit(d)));
  }
};

template <class F, class X, class Y, class T>
HWY_INLINE void divide(X x, Y y, T* to, std::size_t count) {
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, 1> single;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d))
    hn::StoreU(F::of(d, x.load(d, i), y.load(d, i)), d, to + i);
  for (; i < count; ++i)
    hn::StoreU(F::of(single, x.load(single, i), y.load(single, i)), single, to + i);
}

template <class F, class T>
void division_row(const Row& row) {
  const T* x = row.input<T>(0);
  const T* y = row.input<T>(1);
  if (row.repeats(0))
    divide<F>(Repeated<T>{*x}, Sequence<T>{y}, row.out<T>(), row.count);
  else if (row.repeats(1))
    divide<F>(Sequence<T>{x}, Repeated<T>{*y}, row.out<T>(), row.count);
  else
    divide<F>(Sequence<T>{x}, Sequence<T>{y}, row.out<T>(), row.count);
}

template <class F>
RowFunction division_row_of(DType dtype) {
  return visit_floating(
      dtype, []<class T>(std::type_identity<T>) -> RowFunction { return division_row<F, T>; });
}

RowFunction floor_div_row(DType dtype) { return division_row_of<FloorDiv>(dtype); }
RowFunction floor_mod_row(DType dtype) { return division_row_of<FloorMod>(dtype); }
RowFunction trunc_mod_row(DType dtype) { return division_row_of<TruncMod>(dtype); }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(floor_div_row);
HWY_EXPORT(floor_mod_row);
HWY_EXPORT(trunc_mod_row);

namespace {

/// fmod has no code to generate, and takes as long as the quotient has bits.
constexpr ElementFunction division(std::string_view name, ElementFunction::Rows rows) {
  return {.facts = {.name = name,
                    .flops = 8,
                    .nanoseconds = {.f32 = 0.4, .f64 = 0.8, .integer = 5},
                    .fails = integer_dtypes},
          .arity = 2,
          .rows = rows};
}

}  // namespace

namespace elements {

extern constexpr ElementFunction floor_div =
    division("floor_div", [](DType from, DType) -> RowKernel {
      return is_integer(from) ? integer_floor_quotient(from)
                              : HWY_DYNAMIC_DISPATCH(floor_div_row)(from);
    });
extern constexpr ElementFunction floor_mod =
    division("floor_mod", [](DType from, DType) -> RowKernel {
      return is_integer(from) ? integer_floor_rest(from)
                              : HWY_DYNAMIC_DISPATCH(floor_mod_row)(from);
    });
extern constexpr ElementFunction trunc_mod =
    division("trunc_mod", [](DType from, DType) -> RowKernel {
      return is_integer(from) ? integer_rest(from) : HWY_DYNAMIC_DISPATCH(trunc_mod_row)(from);
    });

}  // namespace elements
}  // namespace deft
#endif
