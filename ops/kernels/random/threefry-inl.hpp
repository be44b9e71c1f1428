// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_THREEFRY_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_THREEFRY_INL_HPP
#undef DEFT_OPS_KERNELS_THREEFRY_INL_HPP
#else
#define DEFT_OPS_KERNELS_THREEFRY_INL_HPP
#endif

#include <array>
#include <cstdint>

#include <hwy/highway.h>

// Threefry-4x32 of 20 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel
// random numbers: as easy as 1, 2, 3" (2011). 128 bits of a counter become 128 random bits under a
// key of 128 bits.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The words of a key, and their parity with the constant of the authors.
struct ThreefryKey {
  explicit ThreefryKey(const std::array<std::uint32_t, 4>& key)
      : words{key[0], key[1], key[2], key[3], 0x1BD11BDAU ^ key[0] ^ key[1] ^ key[2] ^ key[3]} {}

  std::array<std::uint32_t, 5> words;
};

/// Counters, and after threefry random words: word i of as many of them as a vector has lanes.
template <class D>
struct ThreefryWords {
  hn::Vec<D> x0, x1, x2, x3;
};

/// a and b become a + b and (b rotated) ^ (a + b).
template <int rotation, class V>
HWY_INLINE void mix(V& a, V& b) {
  a = hn::Add(a, b);
  b = hn::Xor(hn::Or(hn::ShiftLeft<rotation>(b), hn::ShiftRight<32 - rotation>(b)), a);
}

/// Adds the words of the key from number `turn` on, and `turn` itself.
template <std::uint32_t turn, class D>
HWY_INLINE void add_key(D d, const ThreefryKey& key, ThreefryWords<D>& w) {
  w.x0 = hn::Add(w.x0, hn::Set(d, key.words[turn % 5]));
  w.x1 = hn::Add(w.x1, hn::Set(d, key.words[(turn + 1) % 5]));
  w.x2 = hn::Add(w.x2, hn::Set(d, key.words[(turn + 2) % 5]));
  w.x3 = hn::Add(w.x3, hn::Set(d, key.words[(turn + 3) % 5] + turn));
}

/// Four rounds; `second` says which four of the eight that take turns.
template <bool second, class D>
HWY_INLINE void four_rounds(ThreefryWords<D>& w) {
  mix<second ? 6 : 10>(w.x0, w.x1);
  mix<second ? 20 : 26>(w.x2, w.x3);
  mix<second ? 17 : 11>(w.x0, w.x3);
  mix<second ? 11 : 21>(w.x2, w.x1);
  mix<second ? 25 : 13>(w.x0, w.x1);
  mix<second ? 10 : 27>(w.x2, w.x3);
  mix<second ? 18 : 23>(w.x0, w.x3);
  mix<second ? 20 : 5>(w.x2, w.x1);
}

template <class D>
HWY_INLINE void threefry(D d, const ThreefryKey& key, ThreefryWords<D>& w) {
  add_key<0>(d, key, w);
  four_rounds<false>(w);
  add_key<1>(d, key, w);
  four_rounds<true>(w);
  add_key<2>(d, key, w);
  four_rounds<false>(w);
  add_key<3>(d, key, w);
  four_rounds<true>(w);
  add_key<4>(d, key, w);
  four_rounds<false>(w);
  add_key<5>(d, key, w);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
