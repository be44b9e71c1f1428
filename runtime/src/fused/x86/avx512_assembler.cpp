// AVX-512: masks have registers of their own, and a memory operand can be one element for all
// lanes.

#include <bit>

#include "vector_assembler.hpp"

namespace deft {
namespace {

/// Masks: k1 has the rows of the rest, k2 is for any use.
class Avx512Assembler final : public VectorAssembler {
 public:
  Avx512Assembler(const VectorCode& code, std::int64_t tile_rows)
      : VectorAssembler(code, tile_rows, {64, scratch_vector, most_sums, 3, 8}) {}

  static constexpr int most_sums = 12;

 private:
  static constexpr int scratch_vector = 31;

  void begin_rest() override {
    shr(rdx, f32_ ? 2 : 3);
    mov(eax, ~std::size_t{0});
    bzhi(eax, eax, edx);
    kmovw(k1, eax);
  }

  /// The elements of the remaining rows in one of the vectors that `columns` of them fill.
  Xbyak::Opmask mask_of_rest(const Instruction& instruction) {
    if (instruction.columns == 1) return k1;
    const int doublings = std::countr_zero(instruction.columns);
    shl(edx, doublings);
    mov(rax, ~std::size_t{0});
    bzhi(rax, rax, rdx);
    shr(edx, doublings);
    shr(rax, static_cast<int>(instruction.offset * lanes()));
    kmovw(k2, eax);
    return k2;
  }

  void load_rest(const Vector& to, const Instruction& instruction) override {
    const Xbyak::Opmask mask = mask_of_rest(instruction);
    f32_ ? vmovups(to | mask | T_z, ptr[at_rows(instruction)])
         : vmovupd(to | mask | T_z, ptr[at_rows(instruction)]);
  }

  void store_rest(const Instruction& instruction, const Vector& value) override {
    const Xbyak::Address to = ptr[at_rows(instruction)];
    f32_ ? vmovups(to | k1, value) : vmovupd(to | k1, value);
  }

  /// In the rest, lanes of the accumulator beyond the rows stay as they are.
  void emit_accumulate(const Instruction& instruction) override {
    const Vector a = in_register(instruction.operands[0]);
    const Source b = anywhere(instruction.operands[1]);
    const Vector sum = accumulator(instruction.immediate);
    const Vector to = rest_ ? sum | k1 : sum;
    f32_ ? vfmadd231ps(to, a, b) : vfmadd231pd(to, a, b);
  }

  void emit_load_mask(const Instruction& instruction) override {
    const Xbyak::Xmm scratch(scratch_vector);
    const Xbyak::Opmask to = mask_result(instruction);
    const Xbyak::Address from = ptr[at_bytes(instruction)];
    if (instruction.columns == 0)
      vpbroadcastb(scratch, from);
    else if (rest_)
      vmovdqu8(scratch | k1 | T_z, from);
    else
      f32_ ? vmovups(scratch, from) : vmovsd(scratch, from);
    vptestmb(to, scratch, scratch);
  }

  void emit_store_mask(const Instruction& instruction) override {
    const Xbyak::Xmm scratch(scratch_vector);
    vpmovm2b(scratch, mask_of(instruction.operands[0]));
    vpabsb(scratch, scratch);
    const Xbyak::Address to = ptr[at_bytes(instruction)];
    if (rest_)
      vmovdqu8(to | k1, scratch);
    else
      f32_ ? vmovups(to, scratch) : vmovsd(to, scratch);
  }

  void emit_compare(const Instruction& instruction) override {
    const Vector a = in_register(instruction.operands[0]);
    const Source b = anywhere(instruction.operands[1]);
    const Xbyak::Opmask to = mask_result(instruction);
    f32_ ? vcmpps(to, a, b, instruction.immediate) : vcmppd(to, a, b, instruction.immediate);
  }

  void emit_blend(const Instruction& instruction) override {
    const Xbyak::Opmask mask = mask_of(instruction.operands[0]);
    const Vector otherwise = in_register(instruction.operands[2]);
    const Source where = anywhere(instruction.operands[1]);
    const Vector to = result(instruction);
    f32_ ? vblendmps(to | mask, otherwise, where) : vblendmpd(to | mask, otherwise, where);
  }

  void emit_mask_function(const Instruction& instruction) override {
    const Xbyak::Opmask a = mask_of(instruction.operands[0]);
    const Xbyak::Opmask b = mask_of(instruction.operands[1]);
    const Xbyak::Opmask to = mask_result(instruction);
    instruction.code == Code::mask_xor ? kxorw(to, a, b) : kxnorw(to, a, b);
  }

  /// The instruction overwrites the numbers of the lanes.
  void emit_take_every_second(const Instruction& instruction) override {
    const Vector low = in_register(instruction.operands[0]);
    const Vector high = in_register(instruction.operands[1]);
    const Vector to = another(instruction.result);
    vmovups(to, ptr[rip + tables_ + 64 * static_cast<int>(instruction.immediate)]);
    f32_ ? vpermi2ps(to, low, high) : vpermi2pd(to, low, high);
  }

  void move_upper_half(const Xbyak::Xmm& to, const Vector& from) override {
    if (to.isYMM())
      vextractf64x4(to, Xbyak::Zmm(from.getIdx()), 1);
    else
      vextractf32x4(to, from, 1);
  }

  bool can_be_operand(const Instruction&) const override { return true; }

  Xbyak::Address operand(const Instruction& invariant) override {
    return element(ptr_b, invariant);
  }

  void fill_invariant(const Vector& vector, const Instruction& invariant) override {
    const Xbyak::Address from = element(ptr, invariant);
    f32_ ? vbroadcastss(vector, from) : vbroadcastsd(vector, from);
  }

  Xbyak::Address element(const Xbyak::AddressFrame& frame, const Instruction& invariant) {
    if (invariant.code == Code::broadcast)
      return frame[pointer(invariant.pointer) + invariant.offset];
    return frame[rip + constants_ + static_cast<int>(invariant.offset * code_.element_bytes())];
  }

  void write_pool() override {
    const auto write = [&](std::uint64_t bits) {
      f32_ ? dd(static_cast<std::uint32_t>(bits)) : dq(bits);
    };
    L(tables_);
    for (const std::uint64_t odd : {0U, 1U})
      for (std::uint64_t i = 0; i < lanes(); ++i) write(2 * i + odd);
    L(constants_);
    for (const std::uint64_t bits : code_.constants()) write(bits);
  }

  Xbyak::Label constants_;
  Xbyak::Label tables_;  // numbers of lanes: the even ones, then the odd ones
};

}  // namespace

const MachineTarget* avx512_target() {
  static constexpr MachineTarget target{{.scales = true, .most_sums = Avx512Assembler::most_sums},
                                        assemble_by<Avx512Assembler>};
  return &target;
}

}  // namespace deft
