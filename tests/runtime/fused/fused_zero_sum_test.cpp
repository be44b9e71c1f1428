#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/fused/x86/generated_group.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

/// Finite numbers, and NaN where no row is: a lane that is not masked off spoils the sums.
template <class T>
std::vector<T> numbers(std::int64_t count) {
  std::mt19937 random(3);
  std::vector<T> values = numbers_and_zeros<T>(random, count);
  values.resize(values.size() + 64, std::numeric_limits<T>::quiet_NaN());
  return values;
}

/// Rows of x, of as many columns: the sum of x * 0, and a value of every element.
template <class T>
GroupBuilder checked(std::int64_t rows, std::int64_t columns, const std::vector<T>& values) {
  GroupBuilder group(rows);
  const TensorSpec all{dtype_of<T>(), {rows, columns}};
  const Operand x = group.input<T>(all.shape, values);
  const Operand zero = group.input<T>({}, std::vector<T>(65, 0));
  group.zero_sum(group.step(MapForm{&elements::mul}, {x, zero}, all, false));
  group.step(MapForm{&elements::square}, {x}, all, true);
  return group;
}

/// The sum, by machine code and without it.
template <class T>
std::vector<T> sums(const GroupBuilder& group) {
  std::vector<T> all;
  for (const bool generate_code : {false, true}) {
    T& sum = all.emplace_back();
    std::memcpy(&sum, results_of(group, generate_code)[0].data(), sizeof(T));
  }
  return all;
}

TEST_CASE_TEMPLATE("the sum of x * 0 is 0 where all elements are finite", T, float, double) {
  const bool has_code = has_generator();
  for (const std::int64_t columns : {1, 3})
    for (const std::int64_t rows : {2, 15, 16, 17, 1023, 4096, 4097, 20000}) {
      CAPTURE(rows);
      const GroupBuilder group = checked(rows, columns, numbers<T>(rows * columns));
      if (has_code) check(group);
      for (const T sum : sums<T>(group)) {
        CHECK(sum == 0);
        CHECK(!std::signbit(sum));
      }
    }
}

TEST_CASE_TEMPLATE("one element is enough for NaN, wherever it is", T, float, double) {
  const bool has_code = has_generator();
  constexpr std::int64_t rows = 9001;
  for (const T odd : {std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::quiet_NaN()})
    for (const std::size_t at : std::vector<std::size_t>{0, 1, 31, 1024, 4095, 4096, 8999, 9000}) {
      CAPTURE(at);
      std::vector<T> values = numbers<T>(rows);
      values[at] = odd;
      const GroupBuilder group = checked(rows, 1, values);
      if (has_code) check(group);
      for (const T sum : sums<T>(group)) CHECK(std::isnan(sum));
    }
}

TEST_CASE_TEMPLATE("a sum of zeros beside a product over the rows", T, float, double) {
  if (!has_generator()) return;
  for (const std::int64_t rows : {64, 1000, 5000, 5015}) {
    CAPTURE(rows);
    GroupBuilder group(rows);
    const TensorSpec column{dtype_of<T>(), {rows, 1}};
    const Operand x = group.input<T>(column.shape, numbers<T>(rows));
    const Operand zero = group.input<T>({}, std::vector<T>(65, 0));
    group.zero_sum(group.step(MapForm{&elements::mul}, {x, zero}, column, false));
    const Operand e = group.step(MapForm{&elements::neg}, {x}, column, false);
    group.step(ProductForm{.transpose_a = true}, {x, e}, {column.dtype, {1, 1}}, true);
    check(group);
  }
}

TEST_CASE_TEMPLATE("what is gone over row by row leaves its sum to another step", T, float,
                   double) {
  if (!has_generator()) return;
  constexpr std::int64_t rows = 40, columns = 100;
  for (const bool row_first : {false, true}) {
    GroupBuilder group(rows);
    const TensorSpec all{dtype_of<T>(), {rows, columns}};
    const Operand x = group.input<T>(all.shape, numbers<T>(rows * columns));
    const Operand row = group.input<T>({columns}, numbers<T>(columns));
    const Operand zero = group.input<T>({}, std::vector<T>(65, 0));
    const auto add = [&] { group.step(MapForm{&elements::add}, {x, row}, all, true); };
    if (row_first) add();
    group.zero_sum(group.step(MapForm{&elements::mul}, {x, zero}, all, false));
    if (!row_first) add();
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      CHECK(results_of(group, true) == results_of(group, false));
    }
  }
}

}  // namespace
}  // namespace deft
