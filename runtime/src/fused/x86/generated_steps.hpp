#pragma once

#include "fused/fused_layout.hpp"

namespace deft {

/// Steps of a group as machine code that hands their values on in registers; gives the bits of the
/// portable steps.
struct GeneratedSteps {
  std::unique_ptr<FusedTile> tile;
  std::size_t end = 0;  // the first step behind them
};

/// As many steps as have machine code from step `begin` on. None if that step has none, and where
/// nothing can be generated: without AVX2, Xbyak or executable memory.
GeneratedSteps generated_steps(const FusedProgram& program, const FusedLayout& layout,
                               std::size_t begin);

}  // namespace deft
