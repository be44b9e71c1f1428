#pragma once

#include <xbyak/xbyak.h>

#include "machine_code.hpp"
#include "vector_registers.hpp"

namespace deft {

/// Writes the functions of a VectorCode. That for one tile: a loop over whole vectors of rows, then
/// the body once more for the rest, where a mask keeps the lanes beyond the rows out of memory and
/// accumulators. Those for several: a loop with the body once for each tile.
///
/// General registers: rdi has the pointers, rsi the bytes of the rows, rcx how many of them are
/// done, rdx where the loop ends and later the rows of the rest; rax is for any use. Others keep
/// pointers that move. Vectors: accumulators, then invariants, have the highest numbers below 31,
/// which is for any use. Masks: k1 has the rows of the rest, k2 is for any use.
class VectorAssembler : public Xbyak::CodeGenerator {
 public:
  VectorAssembler(const VectorCode& code, std::int64_t tile_rows);

  MachineCode functions() const;

 private:
  using Code = VectorCode::Code;
  using Value = VectorCode::Value;
  using Instruction = VectorCode::Instruction;

  static constexpr std::size_t vector_bytes = 64;
  static constexpr std::uint32_t whole_vectors = ~std::uint32_t{vector_bytes - 1};
  static constexpr int scratch_vector = 31;
  static constexpr int first_mask = 3;
  static constexpr int end_of_masks = 8;

  /// A register, or an address that an instruction can read it from.
  struct Source {
    Xbyak::Zmm vector;
    Xbyak::Address address;
    bool in_memory;
    operator const Xbyak::Operand&() const {
      if (in_memory) return address;
      return vector;
    }
  };

  // vector_assembler.cpp
  void choose_pointers();
  void write(int tiles);
  void begin();
  void hoist();
  void write_loop();
  void write_rest();
  void sum(std::size_t index);
  void end();
  void pool();
  Xbyak::Zmm accumulator(std::size_t index) const;

  // vector_operands.cpp
  Xbyak::Address given(std::size_t number);
  Xbyak::Address slot(Value value);
  Xbyak::Reg64 pointer(std::uint32_t number);
  Xbyak::Address home(Value value, bool repeat);
  int find(Value value) const;
  bool is_in_memory(Value value) const { return find(value) == RegisterFile::none; }
  void fill(const Xbyak::Zmm& vector, Value value);
  Xbyak::Zmm in_register(Value value);
  Source anywhere(Value value);
  Xbyak::Zmm copy(Value value, Value result);
  Xbyak::Opmask mask_of(Value value);
  Xbyak::Zmm result(const Instruction& instruction);
  Xbyak::Opmask mask_result(const Instruction& instruction);
  int take(RegisterFile& file, Value value, std::uint32_t next_use);
  bool ends(const Instruction& instruction, std::size_t operand) const;
  void retire(const Instruction& instruction);
  void release_slots(const Instruction& instruction);

  // vector_instructions.cpp
  void body(bool rest);
  void emit(const Instruction& instruction);
  void emit_load(const Instruction& instruction);
  void emit_load_mask(const Instruction& instruction);
  void emit_store(const Instruction& instruction);
  void emit_store_mask(const Instruction& instruction);
  void emit_binary(const Instruction& instruction);
  void emit_unary(const Instruction& instruction);
  void emit_compare(const Instruction& instruction);
  void emit_blend(const Instruction& instruction);
  void emit_mask_function(const Instruction& instruction);
  void emit_permute(const Instruction& instruction);
  void emit_multiply_add(const Instruction& instruction);
  void emit_accumulate(const Instruction& instruction);
  Xbyak::RegExp at_rows(const Instruction& instruction);
  Xbyak::RegExp at_bytes(const Instruction& instruction);
  Xbyak::Opmask mask_of_rest(const Instruction& instruction);

  const VectorCode& code_;
  const VectorUses uses_;
  const bool f32_;
  int first_pinned_;  // of the accumulators and the invariants that keep registers
  std::vector<const Instruction*> invariant_of_;  // by value; null: the body computes it
  std::vector<int> pinned_;                       // by value: its register, or none
  std::vector<std::uint8_t> pointer_register_;    // by pointer; 0: it is read where it is needed
  std::vector<int> saved_;                        // registers that belong to the caller
  Xbyak::Label constants_;
  Xbyak::Label tables_;
  std::int64_t tile_rows_;
  std::vector<std::size_t> functions_;  // where they begin, that for one tile first

  // While a function is written.
  int tiles_ = 1;
  int tile_ = 0;  // of these, whose body is written
  bool rest_ = false;
  std::size_t position_ = 0;
  RegisterFile vectors_;
  RegisterFile masks_;
  std::vector<int> slot_of_;  // by value: on the stack, or none
  std::vector<int> free_slots_;
  int slots_ = 0;
};

}  // namespace deft
