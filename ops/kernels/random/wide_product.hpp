#pragma once

#include <cstdint>

namespace deft {

/// The upper 64 of the 128 bits of a product. For a random x it is a random integer below y: of
/// 2^64 x, each integer has as many as any other, but for one.
constexpr std::uint64_t high_product(std::uint64_t x, std::uint64_t y) {
  constexpr std::uint64_t low = 0xffffffff;
  const std::uint64_t low_low = (x & low) * (y & low);
  const std::uint64_t high_low = (x >> 32U) * (y & low) + (low_low >> 32U);
  const std::uint64_t low_high = (x & low) * (y >> 32U) + (high_low & low);
  return (x >> 32U) * (y >> 32U) + (high_low >> 32U) + (low_high >> 32U);
}

}  // namespace deft
