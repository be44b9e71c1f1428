#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {

/// Elements of a block of cheap work: some microseconds, and a first-level cache or two of data.
constexpr std::int64_t block_elements = 16384;

/// How many things of so many elements a block of cheap work has, one at least.
constexpr std::int64_t per_block(std::int64_t elements) {
  return elements > 0 ? std::max<std::int64_t>(1, block_elements / elements) : block_elements;
}

/// a / b rounded up, a >= 0 and b > 0.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

/// Bytes rounded up to whole cache lines.
constexpr std::size_t whole_lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace deft
