#pragma once

#include <array>
#include <cstdint>

#include <deft/core/source_location.hpp>

#include "random.hpp"

namespace deft {

/// A random order of the integers below `count`, of which any one is computed by itself: see
/// random_order in <deft/ops/random.hpp>.
class RandomOrder {
 public:
  /// `count` from 1 to 2^63 - 1.
  RandomOrder(const RandomKey& key, std::uint64_t step, std::uint64_t count);

  /// What stands at `position`, which is below the count.
  std::uint64_t operator()(std::uint64_t position) const {
    do position = encrypted(position);
    while (position >= count_);
    return position;
  }

 private:
  static constexpr std::size_t most_rounds = 24;

  /// A bijection of the integers below high_ low_, which are at least count_ and hardly more.
  std::uint64_t encrypted(std::uint64_t position) const;

  std::uint64_t count_;
  std::uint64_t high_;  // a number is a pair of digits, one below high_ and one below low_
  std::uint64_t low_;
  std::size_t rounds_;
  std::array<std::uint64_t, most_rounds> keys_;
};

/// to[i] is what stands at positions[i] in the random order of `count` integers of a step, for i in
/// [begin, end). Throws ValueError for the first position that is outside [0, count).
void evaluate_order(const RandomKey& key, std::uint64_t step, std::int64_t count,
                    const std::int64_t* positions, std::int64_t begin, std::int64_t end,
                    std::int64_t* to, SourceLocation where = {});

/// Output 0, i64 [s], is what stands at the positions of input 1, i64 [s], in the random order of
/// `count` integers of a step, input 0.
Kernel random_order_kernel(std::int64_t count, const RandomKey& key, const KernelContext& context);

}  // namespace deft
