// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_ROWS_INL_HPP
#undef DEFT_OPS_KERNELS_ROWS_INL_HPP
#else
#define DEFT_OPS_KERNELS_ROWS_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "rows.hpp"

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
  hn::StoreU(hn::TruncateTo(bytes, ones), bytes, reinterpret_cast<std::uint8_t*>(to));
}

/// to[i] = Function()(operands[i]...): four vectors at a time, then one, then the rest one by one.
template <class Function, class T, class Out, class... Operands>
HWY_INLINE void map(Out* to, std::size_t count, Operands... operands) {
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, 1> single;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    write(d, Function()(d, operands.load(d, i)...), to + i);
    write(d, Function()(d, operands.load(d, i + lanes)...), to + i + lanes);
    write(d, Function()(d, operands.load(d, i + 2 * lanes)...), to + i + 2 * lanes);
    write(d, Function()(d, operands.load(d, i + 3 * lanes)...), to + i + 3 * lanes);
  }
  for (; i + lanes <= count; i += lanes) write(d, Function()(d, operands.load(d, i)...), to + i);
  for (; i < count; ++i) write(single, Function()(single, operands.load(single, i)...), to + i);
}

template <class Function, class T>
void unary_row_of(const Row& row) {
  map<Function, T>(row.out<T>(), row.count, Sequence<T>{row.input<T>(0)});
}

template <class Function, class T, class Out>
void binary_row_of(const Row& row) {
  const T* x = row.input<T>(0);
  const T* y = row.input<T>(1);
  Out* to = row.out<Out>();
  if (row.repeats(0))
    map<Function, T>(to, row.count, Repeated<T>{*x}, Sequence<T>{y});
  else if (row.repeats(1))
    map<Function, T>(to, row.count, Sequence<T>{x}, Repeated<T>{*y});
  else
    map<Function, T>(to, row.count, Sequence<T>{x}, Sequence<T>{y});
}

template <class Function, class T>
void single_unary_of(const void*, const KernelArgs& args, std::int64_t, std::int64_t) {
  const hn::CappedTag<T, 1> d;
  write(d, Function()(d, hn::LoadU(d, args.input<T>(0))), args.output<T>());
}

template <class Function, class T, class Out>
void single_binary_of(const void*, const KernelArgs& args, std::int64_t, std::int64_t) {
  const hn::CappedTag<T, 1> d;
  const auto x = hn::LoadU(d, args.input<T>(0));
  const auto y = hn::LoadU(d, args.input<T>(1));
  write(d, Function()(d, x, y), args.output<Out>());
}

template <class Function, class T>
RowKernel unary_kernel_of() {
  return {unary_row_of<Function, T>, single_unary_of<Function, T>};
}

template <class Function, class T, class Out>
RowKernel binary_kernel_of() {
  return {binary_row_of<Function, T, Out>, single_binary_of<Function, T, Out>};
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
