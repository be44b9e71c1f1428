#include "vector_registers.hpp"

#include <algorithm>

#include <deft/core/error.hpp>

namespace deft {

VectorUses::VectorUses(const VectorCode& code)
    : first(code.num_values(), never), after(code.body().size()), count(code.num_values(), 0) {
  find_uses(code);
  count_living(code);
}

void VectorUses::find_uses(const VectorCode& code) {
  std::vector<std::uint32_t>& next = first;  // which it is once the beginning is reached
  for (std::size_t at = code.body().size(); at-- > 0;) {
    const auto& operands = code.body()[at].operands;
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (operands[i] != VectorCode::no_value) after[at][i] = next[operands[i]];
    for (const VectorCode::Value operand : operands) {
      if (operand == VectorCode::no_value) continue;
      next[operand] = static_cast<std::uint32_t>(at);
      ++count[operand];
    }
  }
}

void VectorUses::count_living(const VectorCode& code) {
  std::vector<bool> lives(code.num_values(), false);
  std::array<std::size_t, 2> living{};
  std::array<std::size_t, 2> most{};
  for (std::size_t at = 0; at < code.body().size(); ++at) {
    const VectorCode::Instruction& instruction = code.body()[at];
    if (instruction.result != VectorCode::no_value) {
      const std::size_t kind = code.is_mask(instruction.result) ? 1 : 0;
      lives[instruction.result] = true;
      most[kind] = std::max(most[kind], ++living[kind]);
    }
    for (std::size_t i = 0; i < instruction.operands.size(); ++i) {
      const VectorCode::Value operand = instruction.operands[i];
      if (operand == VectorCode::no_value || after[at][i] != never || !lives[operand]) continue;
      lives[operand] = false;
      --living[code.is_mask(operand) ? 1 : 0];
    }
  }
  most_vectors = most[0];
  most_masks = most[1];
}

RegisterFile::RegisterFile(int first, int last, std::size_t num_values)
    : first_(first), last_(last), register_of_(num_values, none) {}

/// A free register, else the one whose value is used last.
int RegisterFile::choose() const {
  int chosen = none;
  for (int number = first_; number < last_; ++number) {
    if (at(number).value == VectorCode::no_value) return number;
    if (is_locked(number)) continue;
    if (chosen == none || at(number).next_use > at(chosen).next_use) chosen = number;
  }
  if (chosen == none) throw InternalError("an instruction needs more registers than there are");
  return chosen;
}

RegisterFile::Taken RegisterFile::take(Value value, std::uint32_t next_use) {
  Taken taken{choose()};
  Register& chosen = at(taken.number);
  taken.evicted = chosen.value;
  if (taken.evicted != VectorCode::no_value) register_of_[taken.evicted] = none;
  chosen = {value, next_use};
  register_of_[value] = static_cast<std::int8_t>(taken.number);
  return taken;
}

void RegisterFile::set_next_use(Value value, std::uint32_t next_use) {
  if (find(value) != none) at(find(value)).next_use = next_use;
}

void RegisterFile::release(Value value) {
  if (find(value) == none) return;
  at(find(value)).value = VectorCode::no_value;
  register_of_[value] = none;
}

void RegisterFile::rename(Value from, Value to, std::uint32_t next_use) {
  at(find(from)) = {to, next_use};
  register_of_[to] = register_of_[from];
  register_of_[from] = none;
}

}  // namespace deft
