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

/// So many that the sums of all keep registers.
int tiles_of(const VectorCode& code) {
  if (code.sums().empty()) return 1;
  return std::min(MachineCode::most_tiles, static_cast<int>(most_sums / code.sums().size()));
}

}  // namespace

VectorAssembler::VectorAssembler(const VectorCode& code, std::int64_t tile_rows)
    : CodeGenerator(estimated_bytes(code), Xbyak::AutoGrow),
      code_(code),
      uses_(code),
      f32_(code.dtype() == DType::f32),
      first_pinned_(scratch_vector),
      invariant_of_(code.num_values(), nullptr),
      pinned_(code.num_values(), RegisterFile::none),
      pointer_register_(code.pointers().size(), 0),
      tile_rows_(tile_rows),
      vectors_(0, 0, 0),
      masks_(0, 0, 0) {
  for (const Instruction& invariant : code.invariants())
    invariant_of_[invariant.result] = &invariant;
  choose_pointers();
  for (int tiles = 1; tiles <= tiles_of(code); ++tiles) {
    align(vector_bytes);
    functions_.push_back(getSize());
    write(tiles);
  }
  pool();
  ready(PROTECT_RW);
}

/// Nothing but the bytes is kept, which may be anywhere: all addresses in them are relative.
MachineCode VectorAssembler::functions() const {
  const auto memory = std::make_shared<CodeArray>(getSize(), Xbyak::DontSetProtectRWE);
  memory->db(getCode(), getSize());
  memory->setProtectModeRE();
  MachineCode made;
  for (const std::size_t begin : functions_)
    made.run[static_cast<std::size_t>(made.tiles++)] =
        Xbyak::CastTo<MachineCode::Function>(const_cast<std::uint8_t*>(memory->getCode() + begin));
  made.memory = memory;
  return made;
}

void VectorAssembler::write(int tiles) {
  tiles_ = tiles;
  first_pinned_ = scratch_vector - tiles * static_cast<int>(code_.sums().size());
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
  for (const int number : saved_) push(Xbyak::Reg64(number));
  push(rbp);
  mov(rbp, rsp);
  sub(rsp, static_cast<std::uint32_t>(vector_bytes * (uses_.most_vectors + uses_.most_masks)));
  and_(rsp, whole_vectors);
  for (std::size_t i = 0; i < pointer_register_.size(); ++i)
    if (pointer_register_[i] != 0) mov(Xbyak::Reg64(pointer_register_[i]), given(i));
  for (int number = first_pinned_; number < scratch_vector; ++number)
    vpxord(Xbyak::Zmm(number), Xbyak::Zmm(number), Xbyak::Zmm(number));
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
  const int kept = std::max(needed_vectors, static_cast<int>(uses_.most_vectors) + 2);
  for (const Instruction* invariant : invariants) {
    if (first_pinned_ <= kept) break;
    fill(Xbyak::Zmm(--first_pinned_), invariant->result);
    pinned_[invariant->result] = first_pinned_;
  }
}

void VectorAssembler::write_loop() {
  Xbyak::Label again, done;
  xor_(ecx, ecx);
  mov(rdx, rsi);
  and_(rdx, whole_vectors);
  jz(done, T_NEAR);
  align(32);
  L(again);
  for (tile_ = 0; tile_ < tiles_; ++tile_) body(false);
  tile_ = 0;
  add(rcx, vector_bytes);
  cmp(rcx, rdx);
  jl(again, T_NEAR);
  L(done);
}

void VectorAssembler::write_rest() {
  Xbyak::Label done;
  mov(rdx, rsi);
  sub(rdx, rcx);
  jz(done, T_NEAR);
  shr(rdx, f32_ ? 2 : 3);
  mov(eax, ~std::size_t{0});
  bzhi(eax, eax, edx);
  kmovw(k1, eax);
  body(true);
  L(done);
}

Xbyak::Zmm VectorAssembler::accumulator(std::size_t index) const {
  const std::size_t of_tiles_before = static_cast<std::size_t>(tile_) * code_.sums().size();
  return Xbyak::Zmm(scratch_vector - 1 - static_cast<int>(of_tiles_before + index));
}

/// Adds the upper half of the lanes to the lower one until one is left, and stores that.
void VectorAssembler::sum(std::size_t index) {
  const int number = accumulator(index).getIdx();
  const Xbyak::Ymm y(number), upper_y(scratch_vector);
  const Xbyak::Xmm x(number), upper_x(scratch_vector);
  const auto add_upper = [&](const Xbyak::Xmm& lower, const Xbyak::Xmm& upper) {
    f32_ ? vaddps(lower, lower, upper) : vaddpd(lower, lower, upper);
  };
  vextractf64x4(upper_y, Xbyak::Zmm(number), 1);
  add_upper(y, upper_y);
  vextractf32x4(upper_x, y, 1);
  add_upper(x, upper_x);
  vpermilpd(upper_x, x, 1);
  add_upper(x, upper_x);
  if (f32_) {
    vmovshdup(upper_x, x);
    add_upper(x, upper_x);
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

void VectorAssembler::pool() {
  const auto element = [&](std::uint64_t bits) {
    f32_ ? dd(static_cast<std::uint32_t>(bits)) : dq(bits);
  };
  align(vector_bytes);
  L(tables_);
  const auto lanes = static_cast<std::uint64_t>(vector_bytes) / code_.element_bytes();
  for (const std::uint64_t odd : {0U, 1U})
    for (std::uint64_t i = 0; i < lanes; ++i) element(2 * i + odd);
  L(constants_);
  for (const std::uint64_t bits : code_.constants()) element(bits);
}

bool can_assemble() { return true; }

MachineCode assemble(const VectorCode& code, std::int64_t tile_rows) {
  try {
    return VectorAssembler(code, tile_rows).functions();
  } catch (const Xbyak::Error&) {  // no memory, or none that may be executed
    return {};
  }
}

}  // namespace deft
