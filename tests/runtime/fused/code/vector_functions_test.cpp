// The code that is generated for every processor, executed by scalar arithmetic: it has the bits of
// the row functions, so that they are known where no processor has AVX-512.

#include "fused/code/vector_functions.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/ops/element_functions.hpp"
#include "support/plans/fused_groups.hpp"
#include "support/plans/scalar_machine.hpp"

namespace deft {
namespace {

constexpr std::size_t count = 4000;

template <class T>
using Column = std::vector<typename ScalarMachine<T>::Bits>;

/// Pairs of special values, then others of any magnitude; bools as 0 and 1.
template <class T>
std::vector<T> numbers(std::size_t operand) {
  std::vector<T> values;
  for (const T a : special_values<T>())
    for (const T b : special_values<T>()) values.push_back(operand == 0 ? a : b);
  const std::vector<T> others = mixed_values<T>(count, static_cast<std::uint32_t>(operand + 1));
  values.insert(values.end(), others.begin() + static_cast<std::ptrdiff_t>(values.size()),
                others.end());
  return values;
}

/// An operand as a row has it and as the machine loads it.
template <class T>
struct Operand {
  std::vector<T> elements;
  std::vector<std::uint8_t> bools;
  Column<T> bits;

  Operand(std::size_t i, bool is_bool) {
    if (is_bool) {
      for (std::size_t k = 0; k < count; ++k) bools.push_back((k >> i) % 2 == 0 ? 1 : 0);
      bits.assign(bools.begin(), bools.end());
    } else {
      elements = numbers<T>(i);
      for (const T x : elements) bits.push_back(std::bit_cast<typename Column<T>::value_type>(x));
    }
  }
  const void* data() const {
    return bools.empty() ? static_cast<const void*>(elements.data()) : bools.data();
  }
};

template <class T>
bool is_nan(typename ScalarMachine<T>::Bits bits) {
  const T x = std::bit_cast<T>(bits);
  return x != x;
}

/// `function` of operands of `dtype`, T or bool, in a code of T for `machine`.
template <class T>
void check(const ElementFunction& function, DType dtype, const VectorMachine& machine) {
  CAPTURE(function.facts.name);
  VectorCode code(dtype_of<T>(), machine);
  std::vector<Operand<T>> operands;
  std::vector<VectorCode::Value> values;
  Row row{.count = count};
  for (std::size_t i = 0; i < function.arity; ++i) {
    const bool is_bool = dtype == DType::boolean || (function.conditional && i == 0);
    operands.emplace_back(i, is_bool);
    const std::uint32_t from = code.pointer(true);
    values.push_back(is_bool ? code.load_mask(from, false) : code.load(from, 1, 0));
  }
  for (std::size_t i = 0; i < operands.size(); ++i) row.inputs[i] = operands[i].data();
  const VectorCode::Value result = append_function(function, values, code);
  REQUIRE(result != VectorCode::no_value);
  code.store(code.pointer(true), result);
  const bool gives_bool = code.is_mask(result);

  std::vector<T> numbers_of_row(count);
  std::vector<std::uint8_t> bools_of_row(count);
  row.output = gives_bool ? static_cast<void*>(bools_of_row.data()) : numbers_of_row.data();
  function.rows(dtype, gives_bool ? DType::boolean : dtype).row(row);

  ScalarMachine<T> scalar(code);
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<typename ScalarMachine<T>::Bits> memory;
    for (const Operand<T>& operand : operands) memory.push_back(operand.bits[k]);
    const auto got = scalar.run(memory);
    const auto wanted = gives_bool
                            ? bools_of_row[k]
                            : std::bit_cast<typename ScalarMachine<T>::Bits>(numbers_of_row[k]);
    const bool both_nan = !gives_bool && is_nan<T>(got) && is_nan<T>(wanted);
    if (got != wanted && !both_nan) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("generated code has the bits of every function", T, float, double) {
  for (const std::int64_t target : InstructionSet::all()) {
    if (!InstructionSet::fuses(target)) continue;
    const InstructionSet only(target);
    for (const bool scales : {true, false}) {
      const VectorMachine machine{.scales = scales};
      for (const ElementFunction* function : arithmetic_functions())
        check<T>(*function, dtype_of<T>(), machine);
      for (const ElementFunction* function : comparisons_of(dtype_of<T>()))
        check<T>(*function, dtype_of<T>(), machine);
      for (const ElementFunction* function : comparisons_of(DType::boolean))
        check<T>(*function, DType::boolean, machine);
      check<T>(elements::select, dtype_of<T>(), machine);
    }
  }
}

TEST_CASE("no code is known of what the C library computes, and of choices between bools") {
  VectorCode code(DType::f32);
  const VectorCode::Value x = code.load(code.pointer(true), 1, 0);
  const VectorCode::Value holds = code.load_mask(code.pointer(true), false);
  CHECK(append_function(elements::pow, std::vector{x, x}, code) == VectorCode::no_value);
  CHECK(append_function(elements::select, std::vector{holds, holds, holds}, code) ==
        VectorCode::no_value);
}

}  // namespace
}  // namespace deft
