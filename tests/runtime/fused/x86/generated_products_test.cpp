#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "kernels/elementwise/functions.hpp"

#include "runtime/fused/x86/generated_group.hpp"
#include "support/instruction_sets.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

/// y = X w, e = y - t, g = X^T e and the sum of e^2, as in a linear regression.
template <class T>
GroupBuilder regression(std::int64_t rows, std::int64_t columns, bool transposed,
                        bool constant = false) {
  constexpr DType dtype = dtype_of<T>();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  GroupBuilder group(rows);
  std::mt19937 random(static_cast<std::uint32_t>(rows * 7 + columns));
  // NaN where no row is: a lane that is not masked off spoils the sums.
  const auto numbers = [&](std::int64_t count) {
    std::vector<T> values = numbers_and_zeros<T>(random, count);
    values.resize(values.size() + 64, nan);
    return values;
  };
  const Shape matrix{rows, columns};
  const std::vector<T> elements = numbers(rows * columns);
  const Operand x =
      constant ? group.constant<T>(matrix, elements) : group.input<T>(matrix, elements);
  const Operand w = group.input<T>({columns, 1}, numbers(columns));
  const Operand t = group.input<T>({rows, 1}, numbers(rows));
  const TensorSpec column{dtype, {rows, 1}};
  const Operand y = group.step(ProductForm{}, {x, w}, column, false);
  const Form sub = MapForm{&elements::sub};
  const Form square = MapForm{&elements::square};
  const Operand e = group.step(sub, {y, t}, column, false);
  const Operand e2 = group.step(square, {e}, column, false);
  const ProductForm over_rows{.transpose_a = true};
  if (transposed)
    group.step(over_rows, {e, x}, {dtype, {1, columns}}, true);
  else
    group.step(over_rows, {x, e}, {dtype, {columns, 1}}, true);
  if (!constant)  // without it, several tiles are taken at a time
    group.step(ReductionForm{Reduction::mean}, {e2}, {dtype, {}}, true);
  group.step(over_rows, {e, e}, {dtype, {1, 1}}, true);
  return group;
}

TEST_CASE_TEMPLATE("products", T, float, double) {
  if (!has_generator()) return;
  for (const std::int64_t rows : {64, 65, 1000, 1024, 5000, 5001, 5015})
    for (const std::int64_t columns : {1, 2, 4})
      for (const bool transposed : {false, true}) {
        CAPTURE(rows);
        CAPTURE(columns);
        check(regression<T>(rows, columns, transposed));
      }
}

TEST_CASE_TEMPLATE("products of constant matrices", T, float, double) {
  if (!has_generator()) return;
  for (const std::int64_t rows : {64, 1000, 1025, 2 * 1024, 3 * 1024, 4097, 5 * 1024, 10'000})
    for (const std::int64_t columns : {1, 2, 3, 4, 5, 9}) {
      CAPTURE(rows);
      CAPTURE(columns);
      check(regression<T>(rows, columns, columns % 2 == 0, true));
    }
}

TEST_CASE("where nothing is generated the group still works") {
  GroupBuilder three = regression<float>(1000, 3, false);
  CHECK(CodeGenerator().steps(three.program(), FusedLayout(three.program()), 0).tile == nullptr);
  CHECK(three.run_generated() == three.run());
  const GroupBuilder two = regression<float>(1000, 2, false);
  for (const std::int64_t target : InstructionSet::all()) {
    if (target == HWY_AVX3 || target == HWY_AVX2) continue;
    const InstructionSet only(target);
    CHECK(CodeGenerator().steps(two.program(), FusedLayout(two.program()), 0).tile == nullptr);
    CHECK(two.run_generated() == two.run());
  }
}

TEST_CASE("sums share code where their tiles have as many rows") {
  if (!has_generator()) return;
  CodeGenerator generator;
  const auto check_shared = [&](std::int64_t rows, std::size_t written) {
    CAPTURE(rows);
    const GroupBuilder group = regression<float>(rows, 2, false);
    CHECK(group.run(&generator) == group.run());
    CHECK(generator.num_written() == written);
  };
  check_shared(5000, 1);
  check_shared(7001, 1);
  check_shared(600, 2);
}

TEST_CASE_TEMPLATE("sums of copies", T, float, double) {
  if (!has_generator()) return;
  const Form copy = MapForm{&elements::copy};
  for (const std::int64_t rows : {64, 65, 1000, 5001}) {
    CAPTURE(rows);
    std::mt19937 random(static_cast<std::uint32_t>(rows));
    GroupBuilder group(rows);
    const TensorSpec column{dtype_of<T>(), {rows, 1}};
    const Operand x = group.input<T>(column.shape, numbers_and_zeros<T>(random, rows));
    const Operand same = group.step(copy, {x}, column, true);
    const Operand one = group.step(copy, {group.input<T>({1, 1}, {T{3}})}, column, true);
    group.step(ProductForm{.transpose_a = true}, {same, one}, {dtype_of<T>(), {1, 1}}, true);
    CHECK(group.run_generated() == group.run());
  }
}

}  // namespace
}  // namespace deft
