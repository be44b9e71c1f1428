// Where VectorAssembler has values: in registers, on the stack, or in memory that does not change.

#include "vector_assembler.hpp"

namespace deft {

/// Where pointer `number` of the caller is: rdi leads to all of them.
Xbyak::Address VectorAssembler::given(std::size_t number) { return ptr[rdi + 8 * number]; }

VectorAssembler::Vector VectorAssembler::vector(int number) const {
  return registers_.vector_bytes == 64 ? Vector(number, Xbyak::Operand::ZMM, 512) : Vector(number);
}

/// Where a value is on the stack.
Xbyak::Address VectorAssembler::slot(Value value) {
  return ptr[rsp + registers_.vector_bytes * static_cast<std::size_t>(slot_of_[value])];
}

Xbyak::Reg64 VectorAssembler::pointer(std::uint32_t number) {
  if (pointer_register_[number] != 0) return Xbyak::Reg64(pointer_register_[number]);
  mov(rax, given(number));
  return rax;
}

/// Where a pointer that moves has the elements of these rows.
Xbyak::RegExp VectorAssembler::at_rows(const Instruction& instruction) {
  const auto rows_before =
      static_cast<std::size_t>(tile_ * tile_rows_) + static_cast<std::size_t>(part_) * lanes();
  return pointer(instruction.pointer) + rcx * instruction.columns +
         (rows_before * instruction.columns * code_.element_bytes() +
          registers_.vector_bytes * instruction.offset);
}

/// Where a pointer that moves has the bytes of these rows, one each; or the one byte for all rows.
Xbyak::RegExp VectorAssembler::at_bytes(const Instruction& instruction) {
  if (instruction.columns == 0) return pointer(instruction.pointer) + 0;
  mov(rax, rcx);
  shr(rax, f32_ ? 2 : 3);
  if (const int number = pointer_register_[instruction.pointer]; number != 0)
    add(rax, Xbyak::Reg64(number));
  else
    add(rax, given(instruction.pointer));
  return rax +
         (static_cast<std::size_t>(tile_ * tile_rows_) + static_cast<std::size_t>(part_) * lanes());
}

RegisterFile& VectorAssembler::file_of(Value value) {
  return code_.is_mask(value) && has_masks() ? masks_ : vectors_;
}

/// The register that has the vector `value`, or none.
int VectorAssembler::find(Value value) const {
  return pinned_[value] != RegisterFile::none ? pinned_[value] : vectors_.find(value);
}

void VectorAssembler::fill(const Vector& vector, Value value) {
  if (invariant_of_[value] == nullptr)
    vmovups(vector, slot(value));
  else
    fill_invariant(vector, *invariant_of_[value]);
}

VectorAssembler::Vector VectorAssembler::in_register(Value value) {
  int number = find(value);
  if (number == RegisterFile::none) {
    number = take(vectors_, value, static_cast<std::uint32_t>(position_));
    fill(vector(number), value);
  }
  vectors_.lock(number);
  return vector(number);
}

/// An operand, in a register or in memory. Only the last operand of an instruction may be asked for
/// so: its address may be in rax.
VectorAssembler::Source VectorAssembler::anywhere(Value value) {
  const Instruction* const invariant = invariant_of_[value];
  if (!is_in_memory(value) || (invariant != nullptr && !can_be_operand(*invariant)))
    return {in_register(value), ptr[rsp], false};
  return {Vector(), invariant == nullptr ? slot(value) : operand(*invariant), true};
}

/// A new register for `result`, which is none of the operands'.
VectorAssembler::Vector VectorAssembler::another(Value result) {
  const int number = take(vectors_, result, uses_.first[result]);
  vectors_.lock(number);
  return vector(number);
}

/// A new register with the vector `value`, for `result`.
VectorAssembler::Vector VectorAssembler::copy(Value value, Value result) {
  const Vector made = another(result);
  if (is_in_memory(value))
    fill(made, value);
  else
    vmovaps(made, vector(find(value)));
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
VectorAssembler::Vector VectorAssembler::result(const Instruction& instruction) {
  retire(instruction);
  return vector(take(vectors_, instruction.result, uses_.first[instruction.result]));
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
  if (&file == &masks_)
    kmovw(to, Xbyak::Opmask(number));
  else
    vmovaps(to, vector(number));
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
    RegisterFile& file = file_of(value);
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
