#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <deft/core/half.hpp>
#include <deft/core/kernel.hpp>

#include "kernels/in_pieces.hpp"

namespace deft {

// What sorting works on: an element as an unsigned integer, beside the index where it stands.

/// An integer that grows as elements do: -0 like +0, and every NaN like the others and above all
/// numbers.
template <class T>
auto order_key(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    using U = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr U sign = U{1} << (8 * sizeof(U) - 1);
    if (x != x) return ~U{0};
    const U bits = std::bit_cast<U>(x == 0 ? T{0} : x);
    return (bits & sign) != 0 ? ~bits : bits | sign;
  } else if constexpr (sizeof(T) == 8) {
    return static_cast<std::uint64_t>(x) ^ (std::is_signed_v<T> ? std::uint64_t{1} << 63U : 0U);
  } else {
    return static_cast<std::uint32_t>(x) ^ (std::is_signed_v<T> ? std::uint32_t{1} << 31U : 0U);
  }
}

template <class T>
requires is_narrow_float<T>
auto order_key(T x) { return order_key(static_cast<float>(x)); }

/// Of 32 bits each. Below another if its key is, or its index where keys are equal.
class NarrowEntry {
 public:
  static constexpr unsigned digits = 4;
  static constexpr std::int64_t most = std::int64_t{1} << 32;  // entries beside each other

  NarrowEntry(std::uint32_t key, std::int64_t index)
      : bits_(static_cast<std::uint64_t>(key) << 32U | static_cast<std::uint64_t>(index)) {}

  std::int64_t index() const { return static_cast<std::int64_t>(bits_ & 0xffffffffU); }

  /// Byte `i` of the key, from the lowest on.
  std::size_t digit(unsigned i) const { return bits_ >> (32 + 8 * i) & 0xffU; }

  friend bool operator<(NarrowEntry a, NarrowEntry b) { return a.bits_ < b.bits_; }

 private:
  std::uint64_t bits_;
};

/// As NarrowEntry, of 64 bits each.
class WideEntry {
 public:
  static constexpr unsigned digits = 8;

  WideEntry(std::uint64_t key, std::int64_t index) : key_(key), index_(index) {}

  std::int64_t index() const { return index_; }
  std::size_t digit(unsigned i) const { return key_ >> (8 * i) & 0xffU; }

  friend bool operator<(const WideEntry& a, const WideEntry& b) {
    return a.key_ != b.key_ ? a.key_ < b.key_ : a.index_ < b.index_;
  }

 private:
  std::uint64_t key_;
  std::int64_t index_;
};

/// Entries that are sorted digit by digit, through a second array of as many; fewer are compared.
constexpr std::int64_t digits_pay = 128;

/// Moves entries by one digit, those with equal digits in order. `other` holds the result if it
/// returns true; all have the same digit, or the run is to end, if it returns false.
template <class Entry>
bool move_by_digit(const KernelArgs& args, const Entry* entries, std::int64_t count, unsigned digit,
                   Entry* other) {
  std::array<std::int64_t, 256> next{};
  const bool counted =
      in_pieces(args, count, piece_elements, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) ++next[entries[i].digit(digit)];
      });
  if (!counted || next[entries[0].digit(digit)] == count) return false;
  std::int64_t sum = 0;
  for (std::int64_t& n : next) sum += std::exchange(n, sum);
  return in_pieces(args, count, piece_elements, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) other[next[entries[i].digit(digit)]++] = entries[i];
  });
}

/// Sorts entries whose indices grow. Returns where they are then: `entries`, or `spare`, which is
/// needed from `digits_pay` entries on.
template <class Entry>
Entry* sort_entries(const KernelArgs& args, Entry* entries, std::int64_t count, Entry* spare) {
  if (count < digits_pay) {
    std::sort(entries, entries + count);
    return entries;
  }
  for (unsigned digit = 0; digit < Entry::digits; ++digit)
    if (move_by_digit(args, entries, count, digit, spare)) std::swap(entries, spare);
  return entries;
}

}  // namespace deft
