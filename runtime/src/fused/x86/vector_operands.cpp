// Where VectorAssembler has values: in registers, on the stack, or in memory that does not change.

#include "vector_assembler.hpp"

namespace deft {

/// Where pointer `number` of the caller is: rdi leads to all of them.
Xbyak::Address VectorAssembler::given(std::size_t number) { return ptr[rdi + 8 * number]; }

/// Where a value is on the stack.
Xbyak::Address VectorAssembler::slot(Value value) {
  return ptr[rsp + vector_bytes * static_cast<std::size_t>(slot_of_[value])];
}

Xbyak::Reg64 VectorAssembler::pointer(std::uint32_t number) {
  if (pointer_register_[number] != 0) return Xbyak::Reg64(pointer_register_[number]);
  mov(rax, given(number));
  return rax;
}

/// The memory that `value` can be read from. With `repeat`, a value of one element is an operand
/// for all lanes.
Xbyak::Address VectorAssembler::home(Value value, bool repeat) {
  const Xbyak::AddressFrame& element = repeat ? ptr_b : ptr;
  const Instruction* invariant = invariant_of_[value];
  if (invariant == nullptr) return slot(value);
  if (invariant->code == Code::table)
    return ptr[rip + tables_ +
               static_cast<int>(vector_bytes) * static_cast<int>(invariant->immediate)];
  if (invariant->code == Code::broadcast)
    return element[pointer(invariant->pointer) + invariant->offset];
  return element[rip + constants_ + static_cast<int>(invariant->offset * code_.element_bytes())];
}

/// The register that has the vector `value`, or none.
int VectorAssembler::find(Value value) const {
  return pinned_[value] != RegisterFile::none ? pinned_[value] : vectors_.find(value);
}

void VectorAssembler::fill(const Xbyak::Zmm& vector, Value value) {
  const Instruction* invariant = invariant_of_[value];
  if (invariant == nullptr || invariant->code == Code::table)
    vmovups(vector, home(value, false));
  else if (f32_)
    vbroadcastss(vector, home(value, false));
  else
    vbroadcastsd(vector, home(value, false));
}

Xbyak::Zmm VectorAssembler::in_register(Value value) {
  int number = find(value);
  if (number == RegisterFile::none) {
    number = take(vectors_, value, static_cast<std::uint32_t>(position_));
    fill(Xbyak::Zmm(number), value);
  }
  vectors_.lock(number);
  return Xbyak::Zmm(number);
}

/// An operand, in a register or in memory. Only the last operand of an instruction may be asked for
/// so: its address may be in rax.
VectorAssembler::Source VectorAssembler::anywhere(Value value) {
  if (is_in_memory(value)) return {Xbyak::Zmm(), home(value, true), true};
  return {in_register(value), ptr[rsp], false};
}

/// A new register with the vector `value`, for `result`.
Xbyak::Zmm VectorAssembler::copy(Value value, Value result) {
  const Xbyak::Zmm made(take(vectors_, result, uses_.first[result]));
  if (is_in_memory(value))
    fill(made, value);
  else
    vmovaps(made, Xbyak::Zmm(find(value)));
  return made;
}

Xbyak::Opmask VectorAssembler::mask_of(Value value) {
  int number = masks_.find(value);
  if (number == RegisterFile::none) {
    number = take(masks_, value, static_cast<std::uint32_t>(position_));
    kmovw(Xbyak::Opmask(number), slot(value));
  }
  masks_.lock(number);
  return Xbyak::Opmask(number);
}

/// The register of the result of an instruction. It may be that of an operand that is not used
/// again.
Xbyak::Zmm VectorAssembler::result(const Instruction& instruction) {
  retire(instruction);
  return Xbyak::Zmm(take(vectors_, instruction.result, uses_.first[instruction.result]));
}

Xbyak::Opmask VectorAssembler::mask_result(const Instruction& instruction) {
  retire(instruction);
  return Xbyak::Opmask(take(masks_, instruction.result, uses_.first[instruction.result]));
}

/// A register of `file`, whose value goes to the stack if it has no other place.
int VectorAssembler::take(RegisterFile& file, Value value, std::uint32_t next_use) {
  const auto [number, evicted] = file.take(value, next_use);
  if (evicted == VectorCode::no_value || invariant_of_[evicted] != nullptr ||
      slot_of_[evicted] != RegisterFile::none)
    return number;
  int free = slots_;
  if (free_slots_.empty()) {
    ++slots_;
  } else {
    free = free_slots_.back();
    free_slots_.pop_back();
  }
  slot_of_[evicted] = free;
  const Xbyak::Address to = slot(evicted);
  if (code_.is_mask(evicted))
    kmovw(to, Xbyak::Opmask(number));
  else
    vmovaps(to, Xbyak::Zmm(number));
  return number;
}

/// True if this instruction is the last to use an operand that has a register for a while.
bool VectorAssembler::ends(const Instruction& instruction, std::size_t operand) const {
  return pinned_[instruction.operands[operand]] == RegisterFile::none &&
         uses_.after[position_][operand] == VectorUses::never;
}

/// Releases the registers of operands that are not used again.
void VectorAssembler::retire(const Instruction& instruction) {
  for (std::size_t i = 0; i < instruction.operands.size(); ++i) {
    const Value value = instruction.operands[i];
    if (value == VectorCode::no_value) continue;
    RegisterFile& file = code_.is_mask(value) ? masks_ : vectors_;
    file.set_next_use(value, uses_.after[position_][i]);
    if (ends(instruction, i)) file.release(value);
  }
}

/// Releases the places on the stack of operands that are not used again, once the instruction has
/// been written: it reads them after the value of its result's register has gone to the stack.
void VectorAssembler::release_slots(const Instruction& instruction) {
  for (std::size_t i = 0; i < instruction.operands.size(); ++i) {
    const Value value = instruction.operands[i];
    if (value == VectorCode::no_value || !ends(instruction, i)) continue;
    if (slot_of_[value] != RegisterFile::none) free_slots_.push_back(slot_of_[value]);
    slot_of_[value] = RegisterFile::none;
  }
}

}  // namespace deft
