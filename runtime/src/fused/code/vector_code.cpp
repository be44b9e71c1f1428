#include "vector_code.hpp"

#include <bit>
#include <tuple>

namespace deft {

using Value = VectorCode::Value;

bool VectorCode::Instruction::operator<(const Instruction& other) const {
  const auto content = [](const Instruction& i) {
    return std::tie(i.code, i.immediate, i.columns, i.pointer, i.offset, i.operands, i.result);
  };
  return content(*this) < content(other);
}

bool VectorCode::Sum::operator<(const Sum& other) const {
  return std::tie(pointer, offset, tile_bytes) <
         std::tie(other.pointer, other.offset, other.tile_bytes);
}

bool VectorCode::operator<(const VectorCode& other) const {
  const auto content = [](const VectorCode& code) {
    return std::tie(code.dtype_, code.moves_, code.constants_, code.invariants_, code.body_,
                    code.sums_);
  };
  return content(*this) < content(other);
}

std::uint32_t VectorCode::pointer(bool moves) {
  moves_.push_back(moves);
  return static_cast<std::uint32_t>(moves_.size() - 1);
}

Value VectorCode::add(std::vector<Instruction>& to, Instruction instruction, bool mask) {
  instruction.result = static_cast<Value>(is_mask_.size());
  is_mask_.push_back(mask);
  to.push_back(instruction);
  return instruction.result;
}

Value VectorCode::invariant(Instruction instruction) {
  return add(invariants_, instruction, false);
}

Value VectorCode::constant(double number) {
  return constant_bits(dtype_ == DType::f32
                           ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                           : std::bit_cast<std::uint64_t>(number));
}

Value VectorCode::constant_bits(std::uint64_t bits) {
  const auto [found, is_new] = known_constants_.try_emplace(bits, no_value);
  if (is_new) {
    found->second = invariant(
        {.code = Code::constant, .offset = static_cast<std::uint32_t>(constants_.size())});
    constants_.push_back(bits);
  }
  return found->second;
}

Value VectorCode::broadcast(std::uint32_t pointer, std::uint32_t offset) {
  return invariant({.code = Code::broadcast, .pointer = pointer, .offset = offset});
}

Value VectorCode::load(std::uint32_t pointer, std::uint8_t columns, std::uint32_t vector) {
  return add(body_, {.code = Code::load, .columns = columns, .pointer = pointer, .offset = vector},
             false);
}

Value VectorCode::load_mask(std::uint32_t pointer, bool repeated) {
  const std::uint8_t columns = repeated ? 0 : 1;
  return add(body_, {.code = Code::load_mask, .columns = columns, .pointer = pointer}, true);
}

void VectorCode::store(std::uint32_t pointer, Value value) {
  body_.push_back({.code = is_mask(value) ? Code::store_mask : Code::store,
                   .pointer = pointer,
                   .operands = {value, no_value, no_value}});
}

Value VectorCode::op(Code code, Value a, Value b, Value c, std::uint8_t immediate) {
  const bool mask = code == Code::compare || code == Code::mask_xor || code == Code::mask_xnor;
  return add(body_, {.code = code, .immediate = immediate, .operands = {a, b, c}}, mask);
}

void VectorCode::accumulate(Value a, Value b, Sum sum) {
  body_.push_back({.code = Code::accumulate,
                   .immediate = static_cast<std::uint8_t>(sums_.size()),
                   .operands = {a, b, no_value}});
  sums_.push_back(sum);
}

}  // namespace deft
