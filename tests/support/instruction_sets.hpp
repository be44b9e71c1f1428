#pragma once

#include <cstdint>
#include <vector>

#include <hwy/targets.h>

#include "support/sanitizers.hpp"

namespace deft {

/// Restricts the kernels that are prepared while it lives to one of Highway's instruction sets.
class InstructionSet {
 public:
  explicit InstructionSet(std::int64_t target) { choose(target); }
  ~InstructionSet() { choose(0); }
  InstructionSet(const InstructionSet&) = delete;
  InstructionSet& operator=(const InstructionSet&) = delete;

  /// Those that this processor has and the kernels are compiled for, among them the fallback that
  /// every processor has.
  static std::vector<std::int64_t> all() {
    std::vector<std::int64_t> targets;
    for (std::int64_t rest = hwy::SupportedTargets() & compiled; rest != 0; rest &= rest - 1)
      targets.push_back(rest & -rest);
    return targets;
  }

  /// Whether a multiplication and an addition that kernels ask to fuse are rounded once.
  static bool fuses(std::int64_t target) {
    return (target & (HWY_AVX2 | HWY_AVX3 | HWY_NEON)) != 0;
  }

 private:
  /// As ops/kernels/simd/highway_targets.hpp has it.
  static constexpr std::int64_t left_out =
      HWY_AVX3_DL | HWY_SSSE3 | (sanitized ? HWY_AVX3 | HWY_SSE4 : 0);
  static constexpr std::int64_t compiled = ~left_out;

  static void choose(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

}  // namespace deft
