#pragma once

#include <cstdint>
#include <vector>

#include "plan/plan.hpp"

namespace deft {

/// Whether one instruction is done before another one starts, in every schedule. If instructions
/// run in order, that is their order. Else by vector clocks over chains of instructions (C. J.
/// Fidge, "Timestamps in message-passing systems that preserve the partial ordering", 1988); beyond
/// `max_chains` the answer may be false where true was right.
class HappensBefore {
 public:
  explicit HappensBefore(const Plan& plan);

  bool operator()(std::uint32_t first, std::uint32_t second) const;

 private:
  static constexpr std::size_t max_chains = 64;
  static constexpr std::size_t max_cells = std::size_t{1} << 24;  // of all clocks: 64 MB

  bool in_order_;
  std::size_t chains_ = 0;
  std::vector<std::uint32_t> chain_;   // by instruction; >= chains_: not tracked
  std::vector<std::uint32_t> number_;  // by instruction: its place in its chain, from 1
  std::vector<std::uint32_t> clocks_;  // [instruction, chain]: the last number it comes after
};

}  // namespace deft
