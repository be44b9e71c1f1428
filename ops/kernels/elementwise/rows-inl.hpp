// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_ROWS_INL_HPP
#undef DEFT_OPS_KERNELS_ROWS_INL_HPP
#else
#define DEFT_OPS_KERNELS_ROWS_INL_HPP
#endif

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <hwy/highway.h>

#include "arithmetic-inl.hpp"
#include <deft/core/element_function.hpp>
#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// An operand that is read in order.
template <class T>
struct Sequence {
  const T* from;

  template <class D>
  HWY_INLINE hn::Vec<D> load(D d, std::size_t i) const {
    return hn::LoadU(d, from + i);
  }
};

/// An operand that is one element.
template <class T>
struct Repeated {
  T value;

  template <class D>
  HWY_INLINE hn::Vec<D> load(D d, std::size_t) const {
    return hn::Set(d, value);
  }
};

template <class D>
HWY_INLINE void write(D d, hn::Vec<D> values, hn::TFromD<D>* to) {
  hn::StoreU(values, d, to);
}

/// A mask as bytes 0 and 1.
template <class D>
HWY_INLINE void write(D, hn::Mask<D> holds, bool* to) {
  const hn::RebindToUnsigned<D> words;
  const hn::Rebind<std::uint8_t, D> bytes;
  const auto ones = hn::IfThenElseZero(hn::RebindMask(words, holds), hn::Set(words, 1));
  auto* const stored = reinterpret_cast<std::uint8_t*>(to);
  if constexpr (sizeof(hn::TFromD<D>) == 1)
    hn::StoreU(ones, bytes, stored);
  else
    hn::StoreU(hn::TruncateTo(bytes, ones), bytes, stored);
}

/// Whether steps of several vectors make F faster: one vector of a long function has enough to do
/// at the same time.
template <class F>
constexpr bool is_short = F::facts.flops <= 20;

/// to[i] = F::of(operands[i]...): four vectors at a time if that pays, then one, then the rest one
/// by one.
template <class F, class T, class Out, class... Operands>
HWY_INLINE void map(Out* to, std::size_t count, Operands... operands) {
  const hn::ScalableTag<Stored<T>> d;
  const hn::CappedTag<Stored<T>, 1> single;
  const auto a = arithmetic_of<T>(d);
  const auto of_one = arithmetic_of<T>(single);
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  if constexpr (is_short<F>)
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
      write(d, F::of(a, operands.load(d, i)...), to + i);
      write(d, F::of(a, operands.load(d, i + lanes)...), to + i + lanes);
      write(d, F::of(a, operands.load(d, i + 2 * lanes)...), to + i + 2 * lanes);
      write(d, F::of(a, operands.load(d, i + 3 * lanes)...), to + i + 3 * lanes);
    }
  for (; i + lanes <= count; i += lanes) write(d, F::of(a, operands.load(d, i)...), to + i);
  for (; i < count; ++i) write(single, F::of(of_one, operands.load(single, i)...), to + i);
}

/// How the results of F are stored, of operands of T.
template <class F, class T>
using ResultOf =
    std::conditional_t<F::facts.gives == ElementFacts::Result::boolean && !std::is_same_v<T, bool>,
                       bool, Stored<T>>;

template <class F, class T>
void unary_row(const Row& row) {
  map<F, T>(row.out<ResultOf<F, T>>(), row.count, Sequence<Stored<T>>{row.input<Stored<T>>(0)});
}

template <class F, class T>
void binary_row(const Row& row) {
  using S = Stored<T>;
  const S* x = row.input<S>(0);
  const S* y = row.input<S>(1);
  auto* to = row.out<ResultOf<F, T>>();
  if (row.repeats(0))
    map<F, T>(to, row.count, Repeated<S>{*x}, Sequence<S>{y});
  else if (row.repeats(1))
    map<F, T>(to, row.count, Sequence<S>{x}, Repeated<S>{*y});
  else
    map<F, T>(to, row.count, Sequence<S>{x}, Sequence<S>{y});
}

template <class F, class T>
void single_unary(const void*, const KernelArgs& args, std::int64_t, std::int64_t) {
  const hn::CappedTag<Stored<T>, 1> d;
  const auto x = hn::LoadU(d, args.input<Stored<T>>(0));
  write(d, F::of(arithmetic_of<T>(d), x), args.output<ResultOf<F, T>>());
}

template <class F, class T>
void single_binary(const void*, const KernelArgs& args, std::int64_t, std::int64_t) {
  const hn::CappedTag<Stored<T>, 1> d;
  const auto x = hn::LoadU(d, args.input<Stored<T>>(0));
  const auto y = hn::LoadU(d, args.input<Stored<T>>(1));
  write(d, F::of(arithmetic_of<T>(d), x, y), args.output<ResultOf<F, T>>());
}

/// The row function of F for a dtype that it takes, and does not fail for: a numeric one, bool or
/// u8. Others have no vectors here.
template <class F>
RowKernel row_of(DType dtype) {
  const auto choose = []<class T>(std::type_identity<T>) -> RowKernel {
    if constexpr (!F::facts.takes.contains(dtype_of<T>()) || F::facts.fails.contains(dtype_of<T>()))
      throw InternalError("an element function has no rows of this dtype");
    else if constexpr (detail::OperandsOf<F, T>::one)
      return {unary_row<F, T>, single_unary<F, T>};
    else
      return {binary_row<F, T>, single_binary<F, T>};
  };
  if (dtype == DType::boolean) return choose(std::type_identity<bool>());
  if (dtype == DType::u8) return choose(std::type_identity<std::uint8_t>());
  return visit_numeric(dtype, choose);
}

/// Some functions, each with a number that stands for it in every instruction set.
template <class... F>
struct ElementFunctions {
  static RowKernel row(std::size_t number, DType dtype) {
    constexpr RowKernel (*rows[])(DType) = {row_of<F>...};
    return rows[number](dtype);
  }

  template <class G>
  static constexpr std::size_t number_of() {
    constexpr bool same[] = {std::is_same_v<F, G>...};
    std::size_t i = 0;
    while (!same[i]) ++i;
    return i;
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
