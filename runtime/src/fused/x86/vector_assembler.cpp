#include "vector_assembler.hpp"

#include <algorithm>

namespace deft {
namespace {

constexpr int needed_vectors = 8;  // of one instruction and the next, and then some

// System V: 8 to 11 may be overwritten, the others belong to the caller.
constexpr std::uint8_t pointer_registers[] = {8, 9, 10, 11, 3, 12, 13, 14, 15};
bool belongs_to_caller(int number) { return number == 3 || number >= 12; }

/// Bytes of code: instructions with an address are the longest.
std::size_t estimated_bytes(const VectorCode& code) {
  constexpr std::size_t bodies = 1 + MachineCode::most_tiles * (MachineCode::most_tiles + 1) / 2;
  return 4096 + bodies * 12 * code.body().size() +
         48 * MachineCode::most_tiles * code.invariants().size();
}

}  // namespace

VectorAssembler::VectorAssembler(const VectorCode& code, std::int64_t tile_rows,
                                 const Registers& registers)
    : CodeGenerator(estimated_bytes(code), Xbyak::AutoGrow),
      code_(code),
      f32_(code.dtype() == DType::f32),
      uses_(code),
      registers_(registers),
      first_pinned_(registers.end_of_vectors),
      invariant_of_(code.num_values(), nullptr),
      pinned_(code.num_values(), RegisterFile::none),
      pointer_register_(code.pointers().size(), 0),
      tile_rows_(tile_rows),
      vectors_(0, 0, 0),
      masks_(0, 0, 0) {
  for (const Instruction& invariant : code.invariants())
    invariant_of_[invariant.result] = &invariant;
  choose_pointers();
}

/// Nothing but the bytes is kept, which may be anywhere: all addresses in them are relative.
MachineCode VectorAssembler::functions() {
  std::vector<std::size_t> begins;
  for (int tiles = 1; tiles <= most_tiles(); ++tiles) {
    align(64);
    begins.push_back(getSize());
    write(tiles);
  }
  align(64);
  write_pool();
  ready(PROTECT_RW);
  const auto memory = std::make_shared<CodeArray>(getSize(), Xbyak::DontSetProtectRWE);
  memory->db(getCode(), getSize());
  memory->setProtectModeRE();
  MachineCode made;
  for (const std::size_t begin : begins)
    made.run[static_cast<std::size_t>(made.tiles++)] =
        Xbyak::CastTo<MachineCode::Function>(const_cast<std::uint8_t*>(memory->getCode() + begin));
  made.memory = memory;
  return made;
}

int VectorAssembler::parts() const {
  return num_sums() == 0 ? 1 : static_cast<int>(sum_bytes / registers_.vector_bytes);
}

/// So many that the sums of all keep registers.
int VectorAssembler::most_tiles() const {
  if (num_sums() == 0 || tile_rows_ == 0) return 1;
  return std::clamp(registers_.accumulators / (num_sums() * parts()), 1, MachineCode::most_tiles);
}

/// Sums that several tiles add to, all keep registers.
int VectorAssembler::accumulator(std::size_t sum, int part) const {
  const int before = tile_ * num_sums() + static_cast<int>(sum);
  return registers_.end_of_vectors - 1 - before * parts() - part;
}

Xbyak::Address VectorAssembler::in_memory(std::size_t sum, int part) {
  const int vectors = (static_cast<int>(sum) - kept_sums_) * parts() + part + 1;
  return ptr[rbp - (frame_bytes + static_cast<std::size_t>(vectors) * registers_.vector_bytes)];
}

void VectorAssembler::write(int tiles) {
  tiles_ = tiles;
  kept_sums_ = std::min(num_sums(), registers_.accumulators / (tiles * parts()));
  first_pinned_ = registers_.end_of_vectors - tiles * kept_sums_ * parts();
  begin();
  hoist();
  write_loop();
  if (tiles == 1) write_rest();
  for (tile_ = 0; tile_ < tiles; ++tile_)
    for (std::size_t i = 0; i < code_.sums().size(); ++i) sum(i);
  tile_ = 0;
  end();
}

void VectorAssembler::choose_pointers() {
  std::size_t next = 0;
  for (std::size_t i = 0; i < pointer_register_.size(); ++i)
    if (code_.pointers()[i] && next < std::size(pointer_registers))
      pointer_register_[i] = pointer_registers[next++];
  for (const int number : pointer_register_)
    if (belongs_to_caller(number)) saved_.push_back(number);
}

/// At most as many vectors are on the stack at a time as live at a time.
void VectorAssembler::begin() {
  const int sums = (num_sums() - kept_sums_) * parts();
  const std::size_t vectors =
      uses_.most_vectors + uses_.most_masks + static_cast<std::size_t>(sums);
  for (const int number : saved_) push(Xbyak::Reg64(number));
  push(rbp);
  mov(rbp, rsp);
  sub(rsp, static_cast<std::uint32_t>(frame_bytes + registers_.vector_bytes * vectors));
  and_(rsp, ~static_cast<std::uint32_t>(registers_.vector_bytes - 1));
  for (std::size_t i = 0; i < pointer_register_.size(); ++i)
    if (pointer_register_[i] != 0) mov(Xbyak::Reg64(pointer_register_[i]), given(i));
  const int end_of_zeros = registers_.end_of_vectors + (sums > 0 ? 1 : 0);
  for (int number = first_pinned_; number < end_of_zeros; ++number)
    vxorps(vector(number), vector(number), vector(number));
  for (int i = kept_sums_; i < num_sums(); ++i)
    for (int part = 0; part < parts(); ++part)
      vmovups(in_memory(static_cast<std::size_t>(i), part), vector(registers_.end_of_vectors));
}

/// Gives registers that the body does not need to invariants, those of most uses first.
void VectorAssembler::hoist() {
  std::vector<const Instruction*> invariants;
  for (const Instruction& invariant : code_.invariants())
    if (uses_.count[invariant.result] != 0) invariants.push_back(&invariant);
  pinned_.assign(pinned_.size(), RegisterFile::none);
  std::ranges::stable_sort(invariants, [&](const Instruction* a, const Instruction* b) {
    return uses_.count[a->result] > uses_.count[b->result];
  });
  const std::size_t living = uses_.most_vectors + (has_masks() ? 0 : uses_.most_masks);
  const int kept = std::max(needed_vectors, static_cast<int>(living) + 2);
  for (const Instruction* invariant : invariants) {
    if (first_pinned_ <= kept) break;
    fill(vector(--first_pinned_), invariant->result);
    pinned_[invariant->result] = first_pinned_;
  }
}

void VectorAssembler::write_loop() {
  const auto step =
      static_cast<std::uint32_t>(registers_.vector_bytes) * static_cast<std::uint32_t>(parts());
  Xbyak::Label again, done;
  xor_(ecx, ecx);
  mov(rdx, rsi);
  and_(rdx, ~(step - 1));
  jz(done, T_NEAR);
  align(32);
  L(again);
  for (tile_ = 0; tile_ < tiles_; ++tile_)
    for (part_ = 0; part_ < parts(); ++part_) body(false);
  tile_ = part_ = 0;
  add(rcx, step);
  cmp(rcx, rdx);
  jl(again, T_NEAR);
  L(done);
}

/// Of less than one vector for each part.
void VectorAssembler::write_rest() {
  const auto vector_bytes = static_cast<std::uint32_t>(registers_.vector_bytes);
  Xbyak::Label done;
  mov(rdx, rsi);
  sub(rdx, rcx);
  jz(done, T_NEAR);
  for (part_ = 0; part_ < parts(); ++part_) {
    Xbyak::Label whole;
    const bool is_last = part_ + 1 == parts();
    if (!is_last) {
      cmp(rdx, vector_bytes);
      jge(whole, T_NEAR);
    }
    begin_rest();
    body(true);
    if (is_last) break;
    jmp(done, T_NEAR);
    L(whole);
    body(false);
    sub(rdx, vector_bytes);
    jz(done, T_NEAR);
  }
  part_ = 0;
  L(done);
}

/// Adds the upper half of the lanes to the lower one until one is left, and stores that.
void VectorAssembler::sum(std::size_t index) {
  const auto add = [&](const Xbyak::Xmm& to, const Xbyak::Xmm& other) {
    f32_ ? vaddps(to, to, other) : vaddpd(to, to, other);
  };
  const bool kept = keeps_registers(index);
  const int scratch = registers_.end_of_vectors;
  const int number = kept ? accumulator(index, 0) : 0;
  const Xbyak::Ymm y(number), other(kept && parts() > 1 ? accumulator(index, 1) : scratch);
  const Xbyak::Xmm x(number), upper(scratch);
  if (!kept) vmovups(y, in_memory(index, 0));
  if (!kept) vmovups(other, in_memory(index, 1));
  if (parts() == 1) move_upper_half(other, vector(number));
  add(y, other);
  move_upper_half(upper, y);
  add(x, upper);
  vpermilpd(upper, x, 1);
  add(x, upper);
  if (f32_) {
    vmovshdup(upper, x);
    add(x, upper);
  }
  const VectorCode::Sum& sum = code_.sums()[index];
  const Xbyak::Address to =
      ptr[pointer(sum.pointer) + sum.offset + static_cast<std::size_t>(tile_) * sum.tile_bytes];
  f32_ ? vmovss(to, x) : vmovsd(to, x);
}

void VectorAssembler::end() {
  vzeroupper();
  mov(rsp, rbp);
  pop(rbp);
  for (std::size_t i = saved_.size(); i-- > 0;) pop(Xbyak::Reg64(saved_[i]));
  ret();
}

}  // namespace deft
