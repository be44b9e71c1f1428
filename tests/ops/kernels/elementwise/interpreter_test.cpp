#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/visit_dtype.hpp>

#include "kernels/elementwise/functions.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// Special values, then any bits.
template <class T>
std::vector<T> values(std::uint32_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<T> all;
  if constexpr (std::is_floating_point_v<T>)
    for (const T value : special_values<T>()) all.push_back(value);
  else
    all = {0, 1, -1, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
  while (all.size() < count) {
    const std::uint64_t bits = random();
    if (bits % 2 == 0)
      all.push_back(static_cast<T>(static_cast<double>(bits) * 0x1p-60 - 8));
    else
      std::memcpy(&all.emplace_back(), &bits, sizeof(T));
  }
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

template <class T>
std::vector<std::byte> result_of(const RowFunction& function, const ElementCode* code, Row row,
                                 std::size_t element_bytes) {
  std::vector<std::byte> bytes(row.count * element_bytes + 64, std::byte{0x5a});
  row.output = bytes.data();
  code == nullptr ? function(row) : interpret(*code, row);
  if (element_bytes == 1 || !std::is_floating_point_v<T>) return bytes;
  for (std::size_t i = 0; i < row.count; ++i) {  // one NaN is as good as another
    T value;
    std::memcpy(&value, &bytes[i * sizeof(T)], sizeof(T));
    if (value == value) continue;
    value = std::numeric_limits<T>::has_quiet_NaN ? std::numeric_limits<T>::quiet_NaN() : T{0};
    std::memcpy(&bytes[i * sizeof(T)], &value, sizeof(T));
  }
  return bytes;
}

template <class T>
void check(const ElementFunction& function) {
  constexpr DType dtype = dtype_of<T>();
  const auto code = function.code(dtype);
  if (!code) return;
  CAPTURE(function.facts.name);
  const bool is_bool = function.facts.gives == ElementFacts::Result::boolean;
  const RowFunction rows = function.rows(dtype, is_bool ? DType::boolean : dtype).row;
  for (const std::size_t count : {1U, 7U, 64U, 1000U, 5001U}) {
    std::vector<std::vector<T>> operands;
    std::vector<std::uint8_t> condition(count);
    for (std::size_t i = 0; i < count; ++i) condition[i] = i % 3 == 0 ? 1 : 0;
    for (std::uint32_t i = 0; i < function.arity; ++i) operands.push_back(values<T>(i, count));
    for (unsigned repeated = 0; repeated + 1 < 1U << function.arity; ++repeated) {
      Row row{.count = count, .repeated = repeated};
      for (std::size_t i = 0; i < operands.size(); ++i) row.inputs[i] = operands[i].data();
      if (function.conditional) row.inputs[0] = condition.data();
      const std::size_t bytes = is_bool ? 1 : sizeof(T);
      CHECK(result_of<T>(rows, &*code, row, bytes) == result_of<T>(rows, nullptr, row, bytes));
    }
  }
}

TEST_CASE_TEMPLATE("interpreted functions have the bits of compiled ones", T, float, double,
                   std::int32_t, std::int64_t) {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const ElementFunction* function : arithmetic_functions()) check<T>(*function);
    for (const ElementFunction* function : bits_functions()) check<T>(*function);
    for (const ElementFunction* function : comparisons_of(dtype_of<T>())) check<T>(*function);
    check<T>(elements::select);
  }
}

TEST_CASE("the output may be an input") {
  const ElementCode code = *elements::tanh.code(DType::f64);
  std::vector<double> x = values<double>(3, 3000);
  std::vector<double> y(x.size());
  Row row{.output = y.data(), .count = x.size()};
  row.inputs[0] = x.data();
  interpret(code, row);
  row.output = x.data();
  interpret(code, row);
  CHECK(std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0);
}

}  // namespace
}  // namespace deft
