#pragma once

#include <array>
#include <cstdint>

#include <deft/core/kernel.hpp>

namespace deft {

/// What random bits are a function of, beside the step and the position of an element.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
};

enum class Distribution : std::uint8_t {
  uniform,           // multiples of 2^-24 (f32) or 2^-53 (f64) in [0, 1)
  normal,            // of mean 0 and standard deviation 1
  truncated_normal,  // the same within [-2, 2]
};

/// Fills output 0, f32 or f64, with draws; input 0 is the step, an i64 scalar.
Kernel random_kernel(Distribution distribution, const RandomKey& key, const KernelContext& context);

/// Fills output 0, i32 or i64, with integers in [low, low + count), count from 1 to 2^64 - 1. Input
/// 0 is the step.
Kernel random_integers_kernel(std::int64_t low, std::uint64_t count, const RandomKey& key,
                              const KernelContext& context);

/// The 32 pairs of random words of a chunk of 16 blocks.
void random_pairs(const RandomKey& key, std::uint64_t step, std::uint64_t chunk,
                  std::uint64_t* words);

/// The block `block` of the random bits of a key in a step.
std::array<std::uint32_t, 4> random_block(const RandomKey& key, std::uint64_t step,
                                          std::uint64_t block);

}  // namespace deft
