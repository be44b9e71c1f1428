// The instructions of VectorAssembler, one function for those of one form. Registers that are
// filled for an instruction come first, then the operand that may be in memory, then the result.

#include <deft/core/error.hpp>

#include "vector_assembler.hpp"

namespace deft {
void VectorAssembler::body(bool rest) {
  rest_ = rest;
  vectors_ = RegisterFile(0, first_pinned_, code_.num_values());
  masks_ = RegisterFile(registers_.first_mask, registers_.end_of_masks, code_.num_values());
  slot_of_.assign(code_.num_values(), RegisterFile::none);
  free_slots_.clear();
  slots_ = 0;
  for (position_ = 0; position_ < code_.body().size(); ++position_) {
    const Instruction& instruction = code_.body()[position_];
    emit(instruction);
    retire(instruction);
    release_slots(instruction);
    vectors_.unlock_all();
    masks_.unlock_all();
    const Value result = instruction.result;
    if (result != VectorCode::no_value && uses_.first[result] == VectorUses::never)
      file_of(result).release(result);
  }
}

void VectorAssembler::emit(const Instruction& instruction) {
  switch (instruction.code) {
    case Code::load:
      return emit_load(instruction);
    case Code::load_mask:
      return emit_load_mask(instruction);
    case Code::store:
      return emit_store(instruction);
    case Code::store_mask:
      return emit_store_mask(instruction);
    case Code::sqrt:
    case Code::shift_left:
    case Code::shift_right:
      return emit_unary(instruction);
    case Code::multiply_add:
    case Code::negative_multiply_add:
    case Code::multiply_subtract:
      return emit_multiply_add(instruction);
    case Code::compare:
      return emit_compare(instruction);
    case Code::blend:
      return emit_blend(instruction);
    case Code::mask_xor:
    case Code::mask_xnor:
      return emit_mask_function(instruction);
    case Code::take_every_second:
      return emit_take_every_second(instruction);
    case Code::accumulate:
      return emit_accumulate(instruction);
    default:
      return emit_binary(instruction);
  }
}

void VectorAssembler::emit_load(const Instruction& instruction) {
  const Vector to = result(instruction);
  if (rest_)
    load_rest(to, instruction);
  else
    vmovups(to, ptr[at_rows(instruction)]);
}

void VectorAssembler::emit_store(const Instruction& instruction) {
  const Vector value = in_register(instruction.operands[0]);
  if (rest_)
    store_rest(instruction, value);
  else
    vmovups(ptr[at_rows(instruction)], value);
}

void VectorAssembler::emit_binary(const Instruction& instruction) {
  const Vector a = in_register(instruction.operands[0]);
  const Source b = anywhere(instruction.operands[1]);
  const Vector to = result(instruction);
  switch (instruction.code) {
    case Code::add:
      return f32_ ? vaddps(to, a, b) : vaddpd(to, a, b);
    case Code::sub:
      return f32_ ? vsubps(to, a, b) : vsubpd(to, a, b);
    case Code::mul:
      return f32_ ? vmulps(to, a, b) : vmulpd(to, a, b);
    case Code::div:
      return f32_ ? vdivps(to, a, b) : vdivpd(to, a, b);
    case Code::min:
      return f32_ ? vminps(to, a, b) : vminpd(to, a, b);
    case Code::max:
      return f32_ ? vmaxps(to, a, b) : vmaxpd(to, a, b);
    case Code::bit_and:
      return f32_ ? vandps(to, a, b) : vandpd(to, a, b);
    case Code::bit_or:
      return f32_ ? vorps(to, a, b) : vorpd(to, a, b);
    case Code::bit_xor:
      return f32_ ? vxorps(to, a, b) : vxorpd(to, a, b);
    case Code::integer_add:
      return f32_ ? vpaddd(to, a, b) : vpaddq(to, a, b);
    case Code::scale:
      return f32_ ? vscalefps(to, a, b) : vscalefpd(to, a, b);
    default:
      throw InternalError("an instruction has no machine code");
  }
}

void VectorAssembler::emit_unary(const Instruction& instruction) {
  const Vector a = in_register(instruction.operands[0]);
  const Vector to = result(instruction);
  if (instruction.code == Code::sqrt)
    f32_ ? vsqrtps(to, a) : vsqrtpd(to, a);
  else if (instruction.code == Code::shift_left)
    f32_ ? vpslld(to, a, instruction.immediate) : vpsllq(to, a, instruction.immediate);
  else
    f32_ ? vpsrld(to, a, instruction.immediate) : vpsrlq(to, a, instruction.immediate);
}

/// The result takes the register of the sum, else of a factor, if one of them is not used again.
void VectorAssembler::emit_multiply_add(const Instruction& instruction) {
  using Function =
      void (CodeGenerator::*)(const Xbyak::Xmm&, const Xbyak::Xmm&, const Xbyak::Operand&);
  struct Encoding {
    Function f32, f64;
  };
  // to = x y + to, and to = to x + y.
  constexpr Encoding into_sum[] = {{&CodeGenerator::vfmadd231ps, &CodeGenerator::vfmadd231pd},
                                   {&CodeGenerator::vfnmadd231ps, &CodeGenerator::vfnmadd231pd},
                                   {&CodeGenerator::vfmsub231ps, &CodeGenerator::vfmsub231pd}};
  constexpr Encoding into_factor[] = {{&CodeGenerator::vfmadd213ps, &CodeGenerator::vfmadd213pd},
                                      {&CodeGenerator::vfnmadd213ps, &CodeGenerator::vfnmadd213pd},
                                      {&CodeGenerator::vfmsub213ps, &CodeGenerator::vfmsub213pd}};
  const auto kind =
      static_cast<std::size_t>(instruction.code) - static_cast<std::size_t>(Code::multiply_add);
  const auto write = [&](const Encoding& encoding, const Vector& to, const Vector& x,
                         const Source& y) {
    const Function function = f32_ ? encoding.f32 : encoding.f64;
    (this->*function)(to, x, y);
  };

  std::size_t a = 0, b = 1;
  if (is_in_memory(instruction.operands[a])) std::swap(a, b);
  const Value factor = instruction.operands[b];
  const Value sum = instruction.operands[2];
  const Vector x = in_register(instruction.operands[a]);
  if (!is_in_memory(sum) && ends(instruction, 2)) {
    const Vector to = in_register(sum);
    write(into_sum[kind], to, x, anywhere(factor));
    vectors_.rename(sum, instruction.result, uses_.first[instruction.result]);
  } else if (ends(instruction, a)) {
    const Vector y = in_register(factor);
    write(into_factor[kind], x, y, anywhere(sum));
    vectors_.rename(instruction.operands[a], instruction.result, uses_.first[instruction.result]);
  } else if (!is_in_memory(factor) && ends(instruction, b)) {
    const Vector to = in_register(factor);
    write(into_factor[kind], to, x, anywhere(sum));
    vectors_.rename(factor, instruction.result, uses_.first[instruction.result]);
  } else {
    if (!is_in_memory(factor)) in_register(factor);
    const Vector to = copy(sum, instruction.result);
    write(into_sum[kind], to, x, anywhere(factor));
  }
}

}  // namespace deft
