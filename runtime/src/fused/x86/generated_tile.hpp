#pragma once

#include "fused/fused_layout.hpp"

namespace deft {

/// All steps of a group that go over tiles, in machine code that hands their values on in
/// registers; gives the bits of the portable steps. Null if one of them has no machine code, and
/// where nothing can be generated: without AVX2, Xbyak or executable memory.
std::unique_ptr<FusedTile> generated_tile(const FusedProgram& program, const FusedLayout& layout);

}  // namespace deft
