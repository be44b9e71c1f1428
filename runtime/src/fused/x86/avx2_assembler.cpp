// AVX2: masks are vectors, whose lanes have all bits or none, and a memory operand is a vector.

#include <bit>

#include "vector_assembler.hpp"

namespace deft {
namespace {

class Avx2Assembler final : public VectorAssembler {
 public:
  Avx2Assembler(const VectorCode& code, std::int64_t tile_rows)
      : VectorAssembler(code, tile_rows, {32, scratch_vector, accumulators, 0, 0}) {}

 private:
  static constexpr int scratch_vector = 14;
  static constexpr int accumulators = 4;
  static constexpr int second_scratch = 15;
  static constexpr int most_rest_elements = 32;  // of the rows of a rest, which have 4 columns

  /// rsi, whose number of bytes is not needed any more, leads to the masks.
  void begin_rest() override { lea(rsi, ptr[rip + end_of_ones_]); }

  /// A mask of the elements of the remaining rows in one of the vectors that `columns` of them
  /// fill.
  Vector mask_of_rest(int columns, std::uint32_t offset) {
    const Vector mask(scratch_vector);
    mov(rax, rdx);
    if (columns > 1) shl(rax, std::countr_zero(static_cast<unsigned>(columns)));
    neg(rax);
    vmovups(mask, ptr[rsi + rax + 32 * offset]);
    return mask;
  }

  void load_rest(const Vector& to, const Instruction& instruction) override {
    const Vector mask = mask_of_rest(instruction.columns, instruction.offset);
    f32_ ? vmaskmovps(to, mask, ptr[at_rows(instruction)])
         : vmaskmovpd(to, mask, ptr[at_rows(instruction)]);
  }

  void store_rest(const Instruction& instruction, const Vector& value) override {
    const Vector mask = mask_of_rest(1, 0);
    f32_ ? vmaskmovps(ptr[at_rows(instruction)], mask, value)
         : vmaskmovpd(ptr[at_rows(instruction)], mask, value);
  }

  /// In the rest, lanes of the accumulator beyond the rows stay as they are.
  void emit_accumulate(const Instruction& instruction) override {
    const std::size_t sum = instruction.immediate;
    const bool kept = keeps_registers(sum);
    const Vector a = in_register(instruction.operands[0]);
    const Source b = anywhere(instruction.operands[1]);
    const Vector to = kept && !rest_ ? accumulator(sum) : Vector(second_scratch);
    if (!kept)
      vmovups(to, accumulator_in_memory(sum));
    else if (rest_)
      vmovaps(to, accumulator(sum));
    f32_ ? vfmadd231ps(to, a, b) : vfmadd231pd(to, a, b);
    if (rest_ && kept)
      vblendvps(accumulator(sum), accumulator(sum), to, mask_of_rest(1, 0));
    else if (rest_)
      vmaskmovps(accumulator_in_memory(sum), mask_of_rest(1, 0), to);
    else if (!kept)
      vmovups(accumulator_in_memory(sum), to);
  }

  /// One byte for each of the remaining rows.
  void copy_rest(const Xbyak::RegExp& from, const Xbyak::RegExp& to) {
    Xbyak::Label again;
    push(rcx);
    push(rdx);
    shr(rdx, f32_ ? 2 : 3);
    L(again);
    movzx(ecx, byte[from + rdx - 1]);
    mov(byte[to + rdx - 1], cl);
    dec(rdx);
    jnz(again);
    pop(rdx);
    pop(rcx);
  }

  void emit_load_mask(const Instruction& instruction) override {
    const Vector zero(scratch_vector);
    const Vector to = result(instruction);
    vxorps(zero, zero, zero);
    if (instruction.columns == 0) {
      const Vector ones = zero;
      vpbroadcastb(to, ptr[at_bytes(instruction)]);
      vpcmpeqb(to, to, zero);
      vpcmpeqd(ones, ones, ones);
      return vxorps(to, to, ones);
    }
    Xbyak::RegExp from = at_bytes(instruction);
    if (rest_) {
      copy_rest(from, in_frame());
      from = in_frame();
    }
    f32_ ? vpmovzxbd(to, ptr[from]) : vpmovzxbq(to, ptr[from]);
    f32_ ? vpcmpgtd(to, to, zero) : vpcmpgtq(to, to, zero);
  }

  void emit_store_mask(const Instruction& instruction) override {
    const Vector mask = in_register(instruction.operands[0]);
    const Vector whole(scratch_vector);
    const Xbyak::Xmm bytes(scratch_vector), upper(second_scratch);
    f32_ ? vpsrld(whole, mask, 31) : vpsrlq(whole, mask, 63);
    vextracti128(upper, whole, 1);
    f32_ ? vpackusdw(bytes, bytes, upper) : vshufps(bytes, bytes, upper, 0x88);
    if (!f32_) vpackusdw(bytes, bytes, bytes);
    vpackuswb(bytes, bytes, bytes);
    if (rest_) {
      vmovq(qword[in_frame()], bytes);
      copy_rest(in_frame(), at_bytes(instruction));
    } else if (f32_) {
      vmovq(qword[at_bytes(instruction)], bytes);
    } else {
      vmovd(dword[at_bytes(instruction)], bytes);
    }
  }

  Xbyak::RegExp in_frame() { return rbp - frame_bytes; }

  void emit_compare(const Instruction& instruction) override {
    const Vector a = in_register(instruction.operands[0]);
    const Source b = anywhere(instruction.operands[1]);
    const Vector to = result(instruction);
    f32_ ? vcmpps(to, a, b, instruction.immediate) : vcmppd(to, a, b, instruction.immediate);
  }

  void emit_blend(const Instruction& instruction) override {
    const Vector mask = in_register(instruction.operands[0]);
    const Vector otherwise = in_register(instruction.operands[2]);
    const Source where = anywhere(instruction.operands[1]);
    vblendvps(result(instruction), otherwise, where, mask);
  }

  void emit_mask_function(const Instruction& instruction) override {
    const Vector a = in_register(instruction.operands[0]);
    const Vector b = in_register(instruction.operands[1]);
    const Vector to = result(instruction);
    vxorps(to, a, b);
    if (instruction.code == Code::mask_xor) return;
    const Vector ones(scratch_vector);
    vpcmpeqd(ones, ones, ones);
    vxorps(to, to, ones);
  }

  void emit_take_every_second(const Instruction& instruction) override {
    const Vector low = in_register(instruction.operands[0]);
    const Vector high = in_register(instruction.operands[1]);
    const Vector to = result(instruction);
    const bool odd = instruction.immediate != 0;
    if (f32_)
      vshufps(to, low, high, odd ? 0xdd : 0x88);
    else
      odd ? vunpckhpd(to, low, high) : vunpcklpd(to, low, high);
    vpermpd(to, to, 0xd8);  // quarters 0, 2, 1, 3
  }

  void move_upper_half(const Xbyak::Xmm& to, const Vector& from) override {
    vextractf128(to, from, 1);
  }

  bool can_be_operand(const Instruction& invariant) const override {
    return invariant.code == Code::constant;
  }

  Xbyak::Address operand(const Instruction& invariant) override {
    return ptr[rip + constants_ + 32 * static_cast<int>(invariant.offset)];
  }

  void fill_invariant(const Vector& vector, const Instruction& invariant) override {
    if (invariant.code == Code::constant) return vmovups(vector, operand(invariant));
    const Xbyak::Address from = ptr[pointer(invariant.pointer) + invariant.offset];
    f32_ ? vbroadcastss(vector, from) : vbroadcastsd(vector, from);
  }

  void write_pool() override {
    const auto write = [&](std::size_t count, std::uint64_t bits) {
      for (std::size_t i = 0; i < count; ++i)
        f32_ ? dd(static_cast<std::uint32_t>(bits)) : dq(bits);
    };
    L(constants_);
    for (const std::uint64_t bits : code_.constants()) write(lanes(), bits);
    write(most_rest_elements, ~std::uint64_t{0});
    L(end_of_ones_);
    write(most_rest_elements, 0);
  }

  Xbyak::Label constants_;
  Xbyak::Label end_of_ones_;  // elements without a bit follow
};

}  // namespace

const MachineTarget* avx2_target() {
  static constexpr MachineTarget target{{.scales = false, .most_sums = 12},
                                        assemble_by<Avx2Assembler>};
  return &target;
}

}  // namespace deft
