// Included once per instruction set by the kernels of skinny products (Highway's convention), so it
// has no #pragma once.
#if defined(DEFT_SKINNY_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_SKINNY_INL_HPP
#undef DEFT_SKINNY_INL_HPP
#else
#define DEFT_SKINNY_INL_HPP
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "kernels/simd/lanes-inl.hpp"
#include "skinny_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// As much of the virtual vector as the processor has in one register.
template <class T>
using Lanes = hn::CappedTag<T, virtual_lanes<T>>;

/// N vectors from N interleaved columns: element i of vector j is from[i * N + j].
template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void load_interleaved(D d, const T* from, hn::Vec<D> (&v)[N]) {
  static_assert(N <= 4);
  if constexpr (N == 1) v[0] = hn::LoadU(d, from);
  if constexpr (N == 2) hn::LoadInterleaved2(d, from, v[0], v[1]);
  if constexpr (N == 3) hn::LoadInterleaved3(d, from, v[0], v[1], v[2]);
  if constexpr (N == 4) hn::LoadInterleaved4(d, from, v[0], v[1], v[2], v[3]);
}

/// The inverse of load_interleaved.
template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void store_interleaved(D d, const hn::Vec<D> (&v)[N], T* to) {
  static_assert(N <= 4);
  if constexpr (N == 1) hn::StoreU(v[0], d, to);
  if constexpr (N == 2) hn::StoreInterleaved2(v[0], v[1], d, to);
  if constexpr (N == 3) hn::StoreInterleaved3(v[0], v[1], v[2], d, to);
  if constexpr (N == 4) hn::StoreInterleaved4(v[0], v[1], v[2], v[3], d, to);
}

/// N vectors from N lines, `line` elements apart.
template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void load_lines(D d, const T* from, std::int64_t line, hn::Vec<D> (&v)[N]) {
  for (std::size_t i = 0; i < N; ++i)
    v[i] = hn::LoadU(d, from + static_cast<std::int64_t>(i) * line);
}

/// Rows [row, row + lanes) of all N columns of c.
template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void store_rows(D d, const SkinnyPart<T>& part, std::int64_t row,
                           const hn::Vec<D> (&v)[N]) {
  if (part.c_row == 1) {
    for (std::size_t j = 0; j < N; ++j)
      hn::StoreU(v[j], d, part.c + row + static_cast<std::int64_t>(j) * part.c_column);
  } else {
    store_interleaved<N>(d, v, part.c + row * static_cast<std::int64_t>(N));
  }
}

struct Addition {
  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::Add(x, y);
  }
};

/// Adds the upper half of the lanes to the lower half until `Left` lanes are left.
template <std::size_t Left, class D>
HWY_INLINE auto fold_lanes(D d, hn::Vec<D> v) {
  return combine_lanes<Addition, Left>(d, v);
}

/// Calls kernel(d) with the widest of a few vectors that `rows` fill.
template <class T, class Kernel>
HWY_INLINE void with_width(std::int64_t rows, const Kernel& kernel) {
  const hn::CappedTag<T, 8> eight;
  const hn::CappedTag<T, 4> four;
  if (rows >= static_cast<std::int64_t>(hn::Lanes(Lanes<T>())))
    kernel(Lanes<T>());
  else if (rows >= static_cast<std::int64_t>(hn::Lanes(eight)))
    kernel(eight);
  else if (rows >= static_cast<std::int64_t>(hn::Lanes(four)))
    kernel(four);
  else
    kernel(hn::CappedTag<T, 1>());
}

/// Calls kernel.operator()<1>, <2>, <3> or <4>.
template <class Kernel>
HWY_INLINE void with_count(std::int64_t count, const Kernel& kernel) {
  switch (count) {
    case 1:
      return kernel.template operator()<1>();
    case 2:
      return kernel.template operator()<2>();
    case 3:
      return kernel.template operator()<3>();
    default:
      return kernel.template operator()<4>();
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#endif  // DEFT_SKINNY_INL_HPP
