// In place of the assemblers, where there is no Xbyak or another processor.

#include "machine_code.hpp"

namespace deft {

const MachineTarget* avx512_target() { return nullptr; }
const MachineTarget* avx2_target() { return nullptr; }

}  // namespace deft
