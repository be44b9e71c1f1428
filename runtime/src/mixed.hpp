#pragma once

#include <cstdint>

namespace deft {

/// `seed` with `value` mixed in, for hashes. A product with an odd number, 2^64 over the golden
/// ratio, moves bits up only, so a shift brings them down.
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  const std::uint64_t product = (seed ^ value) * 0x9e3779b97f4a7c15U;
  return product ^ (product >> 32U);
}

}  // namespace deft
