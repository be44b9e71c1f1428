#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random/random.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/elementwise/exponential-inl.hpp"
#include "kernels/random/circle_constants.hpp"
#include "kernels/random/drawing_kernel.hpp"
#include "kernels/random/random.hpp"
#include "kernels/random/threefry-inl.hpp"

// Draws are made in chunks of 16 blocks of random words, 4 words of 32 bits each, so that they do
// not depend on the width of vectors. Of f32, words number w make elements 16 w to 16 w + 15 of the
// 64 of a chunk; of f64 and integers, words 0 and 1 make the first 16 of 32 elements, words 2 and 3
// the others.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t lanes_of_chunk = 16;

/// How many elements of T a chunk has.
template <class T>
constexpr std::size_t chunk_elements = 64 * sizeof(float) / sizeof(T);

struct ChunkWords {
  alignas(64) std::uint32_t of[4][lanes_of_chunk];

  /// Words 2 `half` and 2 `half` + 1 of block `lane`, the first of them the lower one.
  std::uint64_t pair(std::size_t half, std::size_t lane) const {
    return std::uint64_t{of[2 * half + 1][lane]} << 32U | of[2 * half][lane];
  }
};

/// What the draws of an output have in common.
struct Source {
  ThreefryKey key;
  std::uint64_t step;

  Source(const RandomKey& from, std::uint64_t at)
      : key({static_cast<std::uint32_t>(from.seed), static_cast<std::uint32_t>(from.seed >> 32U),
             static_cast<std::uint32_t>(from.stream),
             static_cast<std::uint32_t>(from.stream >> 32U)}),
        step(at) {}

  /// The random words of the blocks from `block` on, whose number differs in its lowest bits alone.
  template <class D>
  HWY_INLINE ThreefryWords<D> words(D d, std::uint64_t block) const {
    ThreefryWords<D> w{hn::Iota(d, static_cast<std::uint32_t>(block)),
                       hn::Set(d, static_cast<std::uint32_t>(block >> 32U)),
                       hn::Set(d, static_cast<std::uint32_t>(step)),
                       hn::Set(d, static_cast<std::uint32_t>(step >> 32U))};
    threefry(d, key, w);
    return w;
  }

  HWY_INLINE void fill(std::uint64_t chunk, ChunkWords& words_of) const {
    const hn::CappedTag<std::uint32_t, lanes_of_chunk> d;
    for (std::size_t i = 0; i < lanes_of_chunk; i += hn::Lanes(d)) {
      const auto w = words(d, chunk * lanes_of_chunk + i);
      hn::Store(w.x0, d, words_of.of[0] + i);
      hn::Store(w.x1, d, words_of.of[1] + i);
      hn::Store(w.x2, d, words_of.of[2] + i);
      hn::Store(w.x3, d, words_of.of[3] + i);
    }
  }
};

HWY_INLINE void draw_uniform(const ChunkWords& words, float* to) {
  for (std::size_t w = 0; w < 4; ++w)
    for (std::size_t i = 0; i < lanes_of_chunk; ++i)
      to[w * lanes_of_chunk + i] =
          static_cast<float>(static_cast<std::int32_t>(words.of[w][i] >> 8U)) * 0x1p-24F;
}

HWY_INLINE void draw_uniform(const ChunkWords& words, double* to) {
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t i = 0; i < lanes_of_chunk; ++i)
      to[half * lanes_of_chunk + i] =
          static_cast<double>(static_cast<std::int64_t>(words.pair(half, i) >> 11U)) * 0x1p-53;
}

/// A number in (0, 1] of random bits.
template <class D>
HWY_INLINE hn::Vec<D> above_zero(D d, hn::Vec<hn::RebindToUnsigned<D>> bits) {
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) {
    const hn::RebindToSigned<D> integers;
    const auto number = hn::ConvertTo(d, hn::BitCast(integers, hn::ShiftRight<1>(bits)));
    return hn::Mul(hn::Add(number, hn::Set(d, 0.5F)), hn::Set(d, 0x1p-31F));
  } else {
    const hn::RebindToUnsigned<D> words;
    const auto one = hn::Set(words, ExponentialConstants<double>::one);
    const auto above_one = hn::BitCast(d, hn::Or(hn::ShiftRight<12>(bits), one));
    return hn::Sub(above_one, hn::Set(d, 1 - 0x1p-53));
  }
}

/// A number in [-1/2, 1/2) of random bits.
template <class D>
HWY_INLINE hn::Vec<D> around_zero(D d, hn::Vec<hn::RebindToUnsigned<D>> bits) {
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) {
    const hn::RebindToSigned<D> integers;
    return hn::Mul(hn::ConvertTo(d, hn::BitCast(integers, bits)), hn::Set(d, 0x1p-32F));
  } else {
    const hn::RebindToUnsigned<D> words;
    const auto one = hn::Set(words, ExponentialConstants<double>::one);
    const auto above_one = hn::BitCast(d, hn::Or(hn::ShiftRight<12>(bits), one));
    return hn::Sub(above_one, hn::Set(d, 1.5));
  }
}

/// Two independent normal numbers of two words of random bits: the coordinates of a point at a
/// random distance in a random direction (G. E. P. Box and M. E. Muller, "A note on the generation
/// of random normal deviates", 1958). The angle is (turn + f) pi / 2.
template <class D>
HWY_INLINE void normal_pair(D d, hn::Vec<hn::RebindToUnsigned<D>> distance,
                            hn::Vec<hn::RebindToUnsigned<D>> direction, hn::Vec<D>& x,
                            hn::Vec<D>& y) {
  using T = hn::TFromD<D>;
  using Constants = CircleConstants<T>;
  constexpr int bits = 8 * sizeof(T);
  const hn::RebindToUnsigned<D> words;
  const auto a = arithmetic_of<T>(d);
  const auto log = Log::of(a, above_zero(d, distance));
  const auto radius = hn::Sqrt(hn::Mul(hn::Set(d, T{-2}), log));

  const auto f = around_zero(d, hn::ShiftLeft<2>(direction));
  const auto square = hn::Mul(f, f);
  const auto sine = hn::Mul(hn::Mul(f, polynomial(a, square, Constants::sine)), radius);
  const auto cosine = hn::Mul(polynomial(a, square, Constants::cosine), radius);

  const auto turn = hn::ShiftRight<bits - 2>(direction);
  const auto one = hn::Set(words, 1);
  const auto two = hn::Set(words, 2);
  const auto odd = hn::RebindMask(d, hn::Ne(hn::And(turn, one), hn::Zero(words)));
  const auto below = hn::ShiftLeft<bits - 2>(hn::And(turn, two));
  const auto left = hn::ShiftLeft<bits - 2>(hn::And(hn::Add(turn, one), two));
  x = hn::Xor(hn::IfThenElse(odd, sine, cosine), hn::BitCast(d, left));
  y = hn::Xor(hn::IfThenElse(odd, cosine, sine), hn::BitCast(d, below));
}

HWY_INLINE void draw_normal(const ChunkWords& words, float* to) {
  const hn::CappedTag<float, lanes_of_chunk> d;
  const hn::RebindToUnsigned<decltype(d)> bits;
  for (std::size_t w = 0; w < 4; w += 2)
    for (std::size_t i = 0; i < lanes_of_chunk; i += hn::Lanes(d)) {
      hn::Vec<decltype(d)> x, y;
      normal_pair(d, hn::Load(bits, words.of[w] + i), hn::Load(bits, words.of[w + 1] + i), x, y);
      hn::StoreU(x, d, to + w * lanes_of_chunk + i);
      hn::StoreU(y, d, to + (w + 1) * lanes_of_chunk + i);
    }
}

HWY_INLINE void draw_normal(const ChunkWords& words, double* to) {
  const hn::CappedTag<double, lanes_of_chunk> d;
  const hn::RebindToUnsigned<decltype(d)> bits;
  alignas(64) std::uint64_t pairs[2][lanes_of_chunk];
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t i = 0; i < lanes_of_chunk; ++i) pairs[half][i] = words.pair(half, i);
  for (std::size_t i = 0; i < lanes_of_chunk; i += hn::Lanes(d)) {
    hn::Vec<decltype(d)> x, y;
    normal_pair(d, hn::Load(bits, pairs[0] + i), hn::Load(bits, pairs[1] + i), x, y);
    hn::StoreU(x, d, to + i);
    hn::StoreU(y, d, to + lanes_of_chunk + i);
  }
}

/// The first normal number within [-2, 2] that the further blocks of an element give: block
/// `element` + 2^48 k for k = 1, 2, ..., which no element has as its own.
template <class T>
HWY_NOINLINE T draw_again(const Source& source, std::uint64_t element) {
  const hn::CappedTag<std::uint32_t, 1> d;
  for (std::uint64_t attempt = 1;; ++attempt) {
    const auto w = source.words(d, element + (attempt << 48U));
    ChunkWords words{};
    words.of[0][0] = hn::GetLane(w.x0);
    words.of[1][0] = hn::GetLane(w.x1);
    words.of[2][0] = hn::GetLane(w.x2);
    words.of[3][0] = hn::GetLane(w.x3);
    alignas(64) T drawn[chunk_elements<T>];
    draw_normal(words, drawn);
    for (std::size_t i = 0; i < chunk_elements<T>; i += lanes_of_chunk)
      if (std::abs(drawn[i]) <= 2) return drawn[i];
  }
}

/// Draws elements [first, last) of an output; `first` is the first of a chunk.
template <class T, Distribution distribution>
void draw(const RandomKey& key, std::uint64_t step, std::int64_t first, std::int64_t last, T* to) {
  const Source source(key, step);
  constexpr auto size = static_cast<std::int64_t>(chunk_elements<T>);
  ChunkWords words;
  alignas(64) T drawn[chunk_elements<T>];
  for (; first < last; first += size) {
    source.fill(static_cast<std::uint64_t>(first / size), words);
    if constexpr (distribution == Distribution::uniform)
      draw_uniform(words, drawn);
    else
      draw_normal(words, drawn);
    if constexpr (distribution == Distribution::truncated_normal)
      for (std::size_t i = 0; i < chunk_elements<T>; ++i)
        if (!(std::abs(drawn[i]) <= 2))
          drawn[i] = draw_again<T>(source, static_cast<std::uint64_t>(first) + i);
    std::memcpy(to + first, drawn,
                static_cast<std::size_t>(std::min(size, last - first)) * sizeof(T));
  }
}

template <class T>
using Draw = void (*)(const RandomKey& key, std::uint64_t step, std::int64_t first,
                      std::int64_t last, T* to);

template <class T>
Draw<T> choose_draw(Distribution distribution) {
  switch (distribution) {
    case Distribution::uniform:
      return draw<T, Distribution::uniform>;
    case Distribution::normal:
      return draw<T, Distribution::normal>;
    case Distribution::truncated_normal:
      break;
  }
  return draw<T, Distribution::truncated_normal>;
}

Draw<float> choose_draw_f32(Distribution distribution) { return choose_draw<float>(distribution); }
Draw<double> choose_draw_f64(Distribution distribution) {
  return choose_draw<double>(distribution);
}

/// The 32 pairs of words of a chunk.
void random_words(const RandomKey& key, std::uint64_t step, std::uint64_t chunk,
                  std::uint64_t* words) {
  const Source source(key, step);
  ChunkWords made;
  source.fill(chunk, made);
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t i = 0; i < lanes_of_chunk; ++i)
      words[half * lanes_of_chunk + i] = made.pair(half, i);
}

void one_block(const RandomKey& key, std::uint64_t step, std::uint64_t block,
               std::uint32_t* words) {
  const hn::CappedTag<std::uint32_t, 1> d;
  const auto w = Source(key, step).words(d, block);
  words[0] = hn::GetLane(w.x0);
  words[1] = hn::GetLane(w.x1);
  words[2] = hn::GetLane(w.x2);
  words[3] = hn::GetLane(w.x3);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_draw_f32);
HWY_EXPORT(choose_draw_f64);
HWY_EXPORT(random_words);
HWY_EXPORT(one_block);

Kernel random_kernel(Distribution distribution, const RandomKey& key,
                     const KernelContext& context) {
  const double nanoseconds = distribution == Distribution::uniform ? 1 : 3;
  if (context.outputs[0].dtype == DType::f32) {
    const auto draw = HWY_DYNAMIC_DISPATCH(choose_draw_f32)(distribution);
    return drawing_kernel<float>([=](auto... of) { draw(key, of...); }, context, nanoseconds);
  }
  const auto draw = HWY_DYNAMIC_DISPATCH(choose_draw_f64)(distribution);
  return drawing_kernel<double>([=](auto... of) { draw(key, of...); }, context, 2 * nanoseconds);
}

void random_pairs(const RandomKey& key, std::uint64_t step, std::uint64_t chunk,
                  std::uint64_t* words) {
  HWY_DYNAMIC_DISPATCH(random_words)(key, step, chunk, words);
}

std::array<std::uint32_t, 4> random_block(const RandomKey& key, std::uint64_t step,
                                          std::uint64_t block) {
  std::array<std::uint32_t, 4> words{};
  HWY_DYNAMIC_DISPATCH(one_block)(key, step, block, words.data());
  return words;
}

}  // namespace deft
#endif
