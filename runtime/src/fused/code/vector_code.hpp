#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include <deft/core/dtype.hpp>

namespace deft {

/// What a VectorCode may ask of the processor that is to run it.
struct VectorMachine {
  bool scales = true;          // it has VectorCode::Code::scale
  std::size_t most_sums = 12;  // accumulators that keep registers
};

/// A computation over vectors that goes over rows: one instruction after the other for each vector
/// of rows. Every value is computed once.
class VectorCode {
 public:
  using Value = std::uint32_t;
  static constexpr Value no_value = ~Value{0};

  enum class Code : std::uint8_t {
    // Values that are the same for all rows.
    constant,   // all lanes have the lowest bits of constants()[offset]
    broadcast,  // all lanes are the element at `pointer` + offset
    // What memory holds for the rows: `columns` elements for each.
    load,       // the vector at offset, in vectors
    load_mask,  // bytes 0 and 1 as a mask; one byte for all rows if columns = 0
    store,
    store_mask,
    // Functions of operands a, b and c, lane by lane.
    add,
    sub,
    mul,
    div,
    min,  // a < b ? a : b
    max,  // a > b ? a : b
    bit_and,
    bit_or,
    bit_xor,
    integer_add,
    scale,                  // a 2^b, b an integer
    sqrt,                   // of a
    shift_left,             // of the bits of a, by immediate
    shift_right,            // likewise
    multiply_add,           // a b + c, rounded once
    negative_multiply_add,  // -(a b) + c
    multiply_subtract,      // a b - c
    compare,                // a mask: a, b and the Predicate immediate
    blend,                  // b where mask a holds, else c
    mask_xor,
    mask_xnor,
    take_every_second,  // lane i is lane 2 i + immediate of a and b, one behind the other
    accumulate,         // accumulator immediate += a b, rounded once
  };

  /// Comparisons, as the processor numbers them. NaN gives true for the last two, else false.
  enum Predicate : std::uint8_t {
    is_equal = 0x00,
    is_less = 0x11,
    is_less_equal = 0x12,
    is_greater_equal = 0x1d,
    is_greater = 0x1e,
    is_not_equal = 0x04,
    is_unordered = 0x03,
  };

  struct Instruction {
    Code code;
    std::uint8_t immediate = 0;
    std::uint8_t columns = 1;
    std::uint32_t pointer = 0;
    std::uint32_t offset = 0;
    std::array<Value, 3> operands{no_value, no_value, no_value};
    Value result = no_value;

    bool operator<(const Instruction& other) const;
  };

  /// Where the sum of an accumulator's lanes goes, 64 bytes of them on every processor, folded in
  /// halves: to the element at `pointer` +
  /// offset, and for each further tile `tile_bytes` further.
  struct Sum {
    std::uint32_t pointer;
    std::uint32_t offset;
    std::uint32_t tile_bytes;

    bool operator<(const Sum& other) const;
  };

  explicit VectorCode(DType dtype, VectorMachine machine = {}) : dtype_(dtype), machine_(machine) {}

  DType dtype() const { return dtype_; }
  const VectorMachine& machine() const { return machine_; }
  std::size_t element_bytes() const { return size_of(dtype_); }

  /// A number for memory that the caller names in each call; `moves`: it has something for each
  /// row.
  std::uint32_t pointer(bool moves);

  Value constant(double number);
  Value constant_bits(std::uint64_t bits);
  Value broadcast(std::uint32_t pointer, std::uint32_t offset);

  Value load(std::uint32_t pointer, std::uint8_t columns, std::uint32_t vector);
  Value load_mask(std::uint32_t pointer, bool repeated);
  void store(std::uint32_t pointer, Value value);

  Value op(Code code, Value a, Value b = no_value, Value c = no_value, std::uint8_t immediate = 0);
  void accumulate(Value a, Value b, Sum sum);

  bool is_mask(Value value) const { return is_mask_[value]; }
  const std::vector<bool>& pointers() const { return moves_; }
  const std::vector<std::uint64_t>& constants() const { return constants_; }
  const std::vector<Instruction>& invariants() const { return invariants_; }
  const std::vector<Instruction>& body() const { return body_; }
  const std::vector<Sum>& sums() const { return sums_; }
  std::size_t num_values() const { return is_mask_.size(); }

  /// An order of codes for the same machine: equal ones compute the same.
  bool operator<(const VectorCode& other) const;

 private:
  Value add(std::vector<Instruction>& to, Instruction instruction, bool mask);
  Value invariant(Instruction instruction);

  DType dtype_;
  VectorMachine machine_;
  std::vector<bool> moves_;    // by pointer
  std::vector<bool> is_mask_;  // by value
  std::vector<std::uint64_t> constants_;
  std::map<std::uint64_t, Value> known_constants_;
  std::vector<Instruction> invariants_;
  std::vector<Instruction> body_;
  std::vector<Sum> sums_;
};

}  // namespace deft
