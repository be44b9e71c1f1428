#pragma once

#include "fused_program.hpp"

namespace deft {

/// Kernel::in_place of a group: the inputs that results of their size may overwrite, since every
/// element is read before. Of as many bytes, each row is at the same place in both, so that the
/// blocks of other threads do not meet.
unsigned in_place_inputs(const FusedProgram& program);

}  // namespace deft
