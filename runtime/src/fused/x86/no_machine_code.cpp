// In place of vector_assembler.cpp, where there is no Xbyak or another processor.

#include "machine_code.hpp"

namespace deft {

bool can_assemble() { return false; }

MachineCode assemble(const VectorCode&, std::int64_t) { return {}; }

}  // namespace deft
