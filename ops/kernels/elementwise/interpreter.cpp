#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/interpreter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// Runs a code over some elements at a time. A value of the code has a lane in memory for each of
/// the elements; a lane of a mask has all bits set where the mask holds.
template <class T>
class Interpreter {
 public:
  Interpreter(const ElementCode& code, const Row& row)
      : code_(code), row_(row), instructions_(code.instructions()) {
    const std::size_t most = memory_bytes / sizeof(T) / instructions_.size();
    elements_ = most / multiple * multiple;
  }

  HWY_INLINE void run() {
    for (std::size_t value = 0; value < instructions_.size(); ++value) prepare(value);
    for (std::size_t first = 0; first < row_.count; first += elements_) {
      const std::size_t count = std::min(elements_, row_.count - first);
      for (std::size_t i = 0; i < code_.arity(); ++i)
        if (!row_.repeats(i)) read(i, first, count);
      for (std::size_t value = code_.arity(); value < instructions_.size(); ++value)
        compute(value, count);
      write_result(first, count);
    }
  }

 private:
  using D = hn::ScalableTag<T>;
  using Single = hn::CappedTag<T, 1>;
  using Instruction = ElementCode::Instruction;

  static constexpr std::size_t memory_bytes = 16384;  // half of a first-level cache
  static constexpr std::size_t multiple = 16;         // elements: of every vector

  static_assert(memory_bytes / sizeof(double) / ElementCode::most_instructions >= multiple);

  T* lanes_of(std::size_t value) { return memory_ + value * elements_; }

  /// Fills the lanes of a value that is the same for all elements: a constant, a repeated operand.
  HWY_INLINE void prepare(std::size_t value) {
    const Instruction& instruction = instructions_[value];
    values_[value] = lanes_of(value);
    if (instruction.op == ElementOp::constant) {
      T number;
      std::memcpy(&number, &instruction.bits, sizeof(T));
      std::fill_n(lanes_of(value), elements_, number);
    } else if (value < code_.arity() && row_.repeats(value)) {
      if (instruction.is_mask)
        fill_mask(value, *row_.input<std::uint8_t>(value) != 0);
      else
        std::fill_n(lanes_of(value), elements_, *row_.input<T>(value));
    }
  }

  HWY_INLINE void fill_mask(std::size_t value, bool holds) {
    std::memset(lanes_of(value), holds ? 0xff : 0, elements_ * sizeof(T));
  }

  HWY_INLINE void read(std::size_t i, std::size_t first, std::size_t count) {
    if (!instructions_[i].is_mask) {
      values_[i] = row_.input<T>(i) + first;
      return;
    }
    const std::uint8_t* const bytes = row_.input<std::uint8_t>(i) + first;
    T* const to = lanes_of(i);
    for (std::size_t k = 0; k < count; ++k)
      std::memset(to + k, bytes[k] != 0 ? 0xff : 0, sizeof(T));
  }

  /// A mask is written as bools, bytes 0 and 1.
  HWY_INLINE void write_result(std::size_t first, std::size_t count) {
    const T* const from = values_[code_.result()];
    if (!code_.is_mask(code_.result())) {
      std::copy_n(from, count, row_.out<T>() + first);
      return;
    }
    auto* const to = row_.out<std::uint8_t>() + first;
    for (std::size_t k = 0; k < count; ++k) {
      std::uint8_t byte;
      std::memcpy(&byte, from + k, 1);
      to[k] = byte & 1U;
    }
  }

  /// Calls f(arithmetic, position) for vectors, then for the rest one by one.
  template <class F>
  HWY_INLINE void for_each(std::size_t count, F f) {
    const D d;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) f(arithmetic_of<T>(d), i);
    for (; i < count; ++i) f(arithmetic_of<T>(Single()), i);
  }

  template <class F>
  HWY_INLINE void one(std::size_t value, std::size_t count, F f) {
    const T* const x = operand(value, 0);
    T* const to = lanes_of(value);
    for_each(count, [=](auto a, std::size_t i)
                        HWY_ATTR { hn::StoreU(f(a, hn::LoadU(a.d, x + i)), a.d, to + i); });
  }

  template <class F>
  HWY_INLINE void two(std::size_t value, std::size_t count, F f) {
    const T* const x = operand(value, 0);
    const T* const y = operand(value, 1);
    T* const to = lanes_of(value);
    for_each(count, [=](auto a, std::size_t i) HWY_ATTR {
      hn::StoreU(f(a, hn::LoadU(a.d, x + i), hn::LoadU(a.d, y + i)), a.d, to + i);
    });
  }

  template <class F>
  HWY_INLINE void three(std::size_t value, std::size_t count, F f) {
    const T* const x = operand(value, 0);
    const T* const y = operand(value, 1);
    const T* const z = operand(value, 2);
    T* const to = lanes_of(value);
    for_each(count, [=](auto a, std::size_t i) HWY_ATTR {
      hn::StoreU(f(a, hn::LoadU(a.d, x + i), hn::LoadU(a.d, y + i), hn::LoadU(a.d, z + i)), a.d,
                 to + i);
    });
  }

  /// Computes a value by `f`, which makes a mask of two numbers.
  template <class F>
  HWY_INLINE void compare(std::size_t value, std::size_t count, F f) {
    two(value, count,
        [f](auto a, auto x, auto y) HWY_ATTR { return hn::VecFromMask(a.d, f(a, x, y)); });
  }

  /// Computes a value by `f`, which makes a word of two words.
  template <class F>
  HWY_INLINE void words(std::size_t value, std::size_t count, F f) {
    two(value, count,
        [f](auto a, auto x, auto y) HWY_ATTR { return a.from_bits(f(a, a.bits(x), a.bits(y))); });
  }

  const T* operand(std::size_t value, std::size_t i) const {
    return values_[instructions_[value].operands[i]];
  }

  HWY_INLINE void compute(std::size_t value, std::size_t count) {
    switch (instructions_[value].op) {
      case ElementOp::input:
      case ElementOp::constant:
        return;
      case ElementOp::neg:
        return one(value, count, [](auto a, auto x) HWY_ATTR { return a.neg(x); });
      case ElementOp::abs:
        return one(value, count, [](auto a, auto x) HWY_ATTR { return a.abs(x); });
      case ElementOp::add:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.add(x, y); });
      case ElementOp::sub:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.sub(x, y); });
      case ElementOp::mul:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.mul(x, y); });
      case ElementOp::maximum:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.maximum(x, y); });
      case ElementOp::minimum:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.minimum(x, y); });
      case ElementOp::at_most:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.at_most(x, y); });
      case ElementOp::at_least:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.at_least(x, y); });
      case ElementOp::select:
        return three(value, count, [](auto a, auto c, auto x, auto y) HWY_ATTR {
          return a.select(hn::MaskFromVec(c), x, y);
        });
      default:
        return compute_mask_or_word(value, count);
    }
  }

  HWY_INLINE void compute_mask_or_word(std::size_t value, std::size_t count) {
    switch (instructions_[value].op) {
      case ElementOp::equal:
        return compare(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.equal(x, y); });
      case ElementOp::not_equal:
        return compare(value, count,
                       [](auto a, auto x, auto y) HWY_ATTR { return a.not_equal(x, y); });
      case ElementOp::less:
        return compare(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.less(x, y); });
      case ElementOp::less_equal:
        return compare(value, count,
                       [](auto a, auto x, auto y) HWY_ATTR { return a.less_equal(x, y); });
      case ElementOp::greater:
        return compare(value, count,
                       [](auto a, auto x, auto y) HWY_ATTR { return a.greater(x, y); });
      case ElementOp::greater_equal:
        return compare(value, count,
                       [](auto a, auto x, auto y) HWY_ATTR { return a.greater_equal(x, y); });
      case ElementOp::and_bits:
        return words(value, count,
                     [](auto a, auto x, auto y) HWY_ATTR { return a.and_bits(x, y); });
      case ElementOp::or_bits:
        return words(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.or_bits(x, y); });
      case ElementOp::xor_bits:
        return words(value, count,
                     [](auto a, auto x, auto y) HWY_ATTR { return a.xor_bits(x, y); });
      case ElementOp::add_bits:
        return words(value, count,
                     [](auto a, auto x, auto y) HWY_ATTR { return a.add_bits(x, y); });
      case ElementOp::shift_left:
      case ElementOp::shift_right:
        return shift(value, count);
      default:
        if constexpr (std::is_floating_point_v<T>) compute_floating(value, count);
    }
  }

  HWY_INLINE void shift(std::size_t value, std::size_t count) {
    const int by = instructions_[value].immediate;
    const bool left = instructions_[value].op == ElementOp::shift_left;
    one(value, count, [=](auto a, auto x) HWY_ATTR {
      const auto bits = a.bits(x);
      return a.from_bits(left ? hn::ShiftLeftSame(bits, by) : hn::ShiftRightSame(bits, by));
    });
  }

  HWY_INLINE void compute_floating(std::size_t value, std::size_t count) {
    switch (instructions_[value].op) {
      case ElementOp::sqrt:
        return one(value, count, [](auto a, auto x) HWY_ATTR { return a.sqrt(x); });
      case ElementOp::div:
        return two(value, count, [](auto a, auto x, auto y) HWY_ATTR { return a.div(x, y); });
      case ElementOp::mul_add:
        return three(value, count,
                     [](auto a, auto x, auto y, auto z) HWY_ATTR { return a.mul_add(x, y, z); });
      case ElementOp::neg_mul_add:
        return three(value, count, [](auto a, auto x, auto y, auto z) HWY_ATTR {
          return a.neg_mul_add(x, y, z);
        });
      case ElementOp::mul_sub:
        return three(value, count,
                     [](auto a, auto x, auto y, auto z) HWY_ATTR { return a.mul_sub(x, y, z); });
      case ElementOp::scale:
        return three(value, count, [](auto a, auto x, auto n, auto biased) HWY_ATTR {
          return a.scale(x, n, a.bits(biased));
        });
      default:
        return;
    }
  }

  const ElementCode& code_;
  const Row& row_;
  std::span<const Instruction> instructions_;
  std::size_t elements_;  // at a time
  std::array<const T*, ElementCode::most_instructions> values_;
  alignas(64) T memory_[memory_bytes / sizeof(T)];
};

void interpret_row(const ElementCode& code, const Row& row) {
  visit_numeric(code.dtype(),
                [&]<class T>(std::type_identity<T>) HWY_ATTR { Interpreter<T>(code, row).run(); });
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(interpret_row);

void interpret(const ElementCode& code, const Row& row) {
  HWY_DYNAMIC_DISPATCH(interpret_row)(code, row);
}

}  // namespace deft
#endif
