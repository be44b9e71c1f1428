#pragma once

#include <xbyak/xbyak.h>

#include "machine_code.hpp"
#include "vector_registers.hpp"

namespace deft {

/// Writes the functions of a VectorCode. That for one tile: a loop over whole vectors of rows, then
/// the body once more for the rest, where lanes beyond the rows stay out of memory and
/// accumulators. Those for several: a loop with the body once for each tile. An accumulator is a
/// vector, or several parts, which take vectors of rows by turns. What is not the same for all
/// instruction sets is left to Avx512Assembler and Avx2Assembler.
///
/// General registers: rdi has the pointers, rsi the bytes of the rows, rcx how many of them are
/// done, rdx where the loop ends and later what is left of the rows; rax is for any use. Others
/// keep pointers that move. Vectors: accumulators, then invariants, have the highest numbers below
/// `end_of_vectors`; those from there on are for any use.
class VectorAssembler : protected Xbyak::CodeGenerator {
 public:
  MachineCode functions();

 protected:
  using Code = VectorCode::Code;
  using Value = VectorCode::Value;
  using Instruction = VectorCode::Instruction;
  using Vector = Xbyak::Ymm;  // or a Zmm

  /// The registers of an instruction set.
  struct Registers {
    std::size_t vector_bytes;
    int end_of_vectors;
    int accumulators;              // parts of sums that keep registers; others are in memory
    int first_mask, end_of_masks;  // none: masks are vectors, whose lanes have all bits or none
  };
  static constexpr std::size_t sum_bytes = 64;    // of all parts of an accumulator
  static constexpr std::size_t frame_bytes = 64;  // below rbp, for an instruction

  /// A register, or an address that an instruction can read it from.
  struct Source {
    Vector vector;
    Xbyak::Address address;
    bool in_memory;
    operator const Xbyak::Operand&() const {
      if (in_memory) return address;
      return vector;
    }
  };

  VectorAssembler(const VectorCode& code, std::int64_t tile_rows, const Registers& registers);

  // vector_assembler.cpp
  /// Whether the parts of a sum have registers.
  bool keeps_registers(std::size_t sum) const { return static_cast<int>(sum) < kept_sums_; }
  Vector accumulator(std::size_t sum) const { return vector(accumulator(sum, part_)); }
  Xbyak::Address accumulator_in_memory(std::size_t sum) { return in_memory(sum, part_); }

  // vector_operands.cpp
  Vector vector(int number) const;
  std::size_t lanes() const { return registers_.vector_bytes / code_.element_bytes(); }
  Xbyak::Reg64 pointer(std::uint32_t number);
  Xbyak::RegExp at_rows(const Instruction& instruction);
  Xbyak::RegExp at_bytes(const Instruction& instruction);
  Vector in_register(Value value);
  Source anywhere(Value value);
  Vector another(Value result);
  Xbyak::Opmask mask_of(Value value);
  Vector result(const Instruction& instruction);
  Xbyak::Opmask mask_result(const Instruction& instruction);

  const VectorCode& code_;
  const bool f32_;
  bool rest_ = false;  // whether the body is written for the rest of the rows

 private:
  // Of the instruction set: what lanes beyond the rows must not take part in,
  /// Makes ready for the rest of the rows, of which rdx has the bytes.
  virtual void begin_rest() = 0;
  virtual void load_rest(const Vector& to, const Instruction& instruction) = 0;
  virtual void store_rest(const Instruction& instruction, const Vector& value) = 0;
  virtual void emit_accumulate(const Instruction& instruction) = 0;
  // masks and permutations,
  virtual void emit_load_mask(const Instruction& instruction) = 0;
  virtual void emit_store_mask(const Instruction& instruction) = 0;
  virtual void emit_compare(const Instruction& instruction) = 0;
  virtual void emit_blend(const Instruction& instruction) = 0;
  virtual void emit_mask_function(const Instruction& instruction) = 0;
  virtual void emit_take_every_second(const Instruction& instruction) = 0;
  virtual void move_upper_half(const Xbyak::Xmm& to, const Vector& from) = 0;
  // and invariants in memory.
  virtual bool can_be_operand(const Instruction& invariant) const = 0;
  virtual Xbyak::Address operand(const Instruction& invariant) = 0;
  virtual void fill_invariant(const Vector& vector, const Instruction& invariant) = 0;
  virtual void write_pool() = 0;

  // vector_assembler.cpp
  int num_sums() const { return static_cast<int>(code_.sums().size()); }
  int parts() const;
  int most_tiles() const;
  int accumulator(std::size_t sum, int part) const;
  Xbyak::Address in_memory(std::size_t sum, int part);
  void choose_pointers();
  void write(int tiles);
  void begin();
  void hoist();
  void write_loop();
  void write_rest();
  void sum(std::size_t index);
  void end();

  // vector_operands.cpp
  Xbyak::Address given(std::size_t number);
  Xbyak::Address slot(Value value);
  bool has_masks() const { return registers_.first_mask != registers_.end_of_masks; }
  RegisterFile& file_of(Value value);
  int find(Value value) const;
  Vector copy(Value value, Value result);
  bool is_in_memory(Value value) const { return find(value) == RegisterFile::none; }
  void fill(const Vector& vector, Value value);
  int take(RegisterFile& file, Value value, std::uint32_t next_use);
  bool ends(const Instruction& instruction, std::size_t operand) const;
  void retire(const Instruction& instruction);
  void release_slots(const Instruction& instruction);

  // vector_instructions.cpp
  void body(bool rest);
  void emit(const Instruction& instruction);
  void emit_load(const Instruction& instruction);
  void emit_store(const Instruction& instruction);
  void emit_binary(const Instruction& instruction);
  void emit_unary(const Instruction& instruction);
  void emit_multiply_add(const Instruction& instruction);

  const VectorUses uses_;
  const Registers registers_;
  int first_pinned_;  // of the accumulators and the invariants that keep registers
  std::vector<const Instruction*> invariant_of_;  // by value; null: the body computes it
  std::vector<int> pinned_;                       // by value: its register, or none
  std::vector<std::uint8_t> pointer_register_;    // by pointer; 0: it is read where it is needed
  std::vector<int> saved_;                        // registers that belong to the caller
  std::int64_t tile_rows_;

  // While a function is written.
  int tiles_ = 1;
  int tile_ = 0;  // of these, whose body is written
  int part_ = 0;  // of the accumulators, that the body adds to
  int kept_sums_ = 0;
  std::size_t position_ = 0;
  RegisterFile vectors_;
  RegisterFile masks_;
  std::vector<int> slot_of_;  // by value: on the stack, or none
  std::vector<int> free_slots_;
  int slots_ = 0;
};

/// MachineTarget::assemble of the instruction set of an assembler.
template <class Assembler>
MachineCode assemble_by(const VectorCode& code, std::int64_t tile_rows) {
  try {
    return Assembler(code, tile_rows).functions();
  } catch (const Xbyak::Error&) {  // no memory, or none that may be executed
    return {};
  }
}

}  // namespace deft
