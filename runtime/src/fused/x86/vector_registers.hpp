#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fused/code/vector_code.hpp"

namespace deft {

/// When the values of a body are used, by positions in it.
struct VectorUses {
  static constexpr std::uint32_t never = ~std::uint32_t{0};

  explicit VectorUses(const VectorCode& code);

  std::vector<std::uint32_t> first;                 // by value
  std::vector<std::array<std::uint32_t, 3>> after;  // by position and operand: the next one
  std::vector<std::uint32_t> count;                 // by value
  std::size_t most_vectors = 0;  // that the body computes and that live at the same time
  std::size_t most_masks = 0;

 private:
  void find_uses(const VectorCode& code);
  void count_living(const VectorCode& code);
};

/// Registers of one kind. Each holds the value that took it until that is released, or until
/// another one needs the register and this one is used last.
class RegisterFile {
 public:
  using Value = VectorCode::Value;
  static constexpr int none = -1;
  static constexpr int most_registers = 32;

  /// Numbers [first, last).
  RegisterFile(int first, int last, std::size_t num_values);

  /// The register of a value, or none.
  int find(Value value) const { return register_of_[value]; }

  struct Taken {
    int number;
    Value evicted = VectorCode::no_value;  // what was in it
  };
  Taken take(Value value, std::uint32_t next_use);

  void set_next_use(Value value, std::uint32_t next_use);
  void release(Value value);

  /// `to` takes the place of `from`.
  void rename(Value from, Value to, std::uint32_t next_use);

  /// A locked register cannot be taken from its value.
  void lock(int number) { locked_ |= 1U << static_cast<unsigned>(number); }
  void unlock_all() { locked_ = 0; }

 private:
  struct Register {
    Value value = VectorCode::no_value;
    std::uint32_t next_use = 0;
  };

  int choose() const;
  bool is_locked(int number) const {
    return ((locked_ >> static_cast<unsigned>(number)) & 1U) != 0;
  }
  Register& at(int number) { return registers_[static_cast<std::size_t>(number)]; }
  const Register& at(int number) const { return registers_[static_cast<std::size_t>(number)]; }

  int first_;
  int last_;
  std::uint32_t locked_ = 0;
  std::array<Register, most_registers> registers_;
  std::vector<std::int8_t> register_of_;  // by value
};

}  // namespace deft
