#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "support/ops/element_functions.hpp"
#include "support/ops/plain_reduction.hpp"
#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

constexpr ReductionForm of_rows(Reduction reduce) { return {reduce, {0b10}}; }

/// -x of x [rows, columns], each row reduced, and -x less that: what tiles and outputs hold.
template <class T>
void check_rows(std::int64_t rows, std::int64_t columns, Reduction reduce) {
  CAPTURE(rows);
  CAPTURE(columns);
  const DType dtype = dtype_of<T>();
  const TensorSpec matrix{dtype, {rows, columns}};
  const auto x = mixed_values<T>(static_cast<std::size_t>(rows * columns), 1);
  GroupBuilder group(rows);
  const Operand from = group.input<T>(matrix.shape, x);
  const Form negated = MapForm{&elements::neg};
  const Form less = MapForm{&elements::sub};
  const Operand y = group.step(negated, {from}, matrix, false);
  const TensorSpec column{dtype, {rows, 1}};
  const Operand kept = group.step(of_rows(reduce), {y}, column, true);
  const Operand inner = group.step(of_rows(reduce), {y}, column, false);
  group.step(less, {y, inner}, matrix, true);
  group.step(less, {y, kept}, matrix, true);
  const auto results = group.run();
  std::vector<T> minus(x);
  for (T& value : minus) value = -value;
  const auto reduced = plain_reduction(of_rows(reduce), matrix, minus.data(), column);
  const auto same = [](T a, T b) {
    return (a != a && b != b) || std::memcmp(&a, &b, sizeof(T)) == 0;
  };
  const auto* found = reinterpret_cast<const T*>(results[0].data());
  const auto* expected = reinterpret_cast<const T*>(reduced.data());
  CHECK(std::equal(found, found + rows, expected, same));
  std::vector<T> differences(minus);
  for (std::size_t i = 0; i < differences.size(); ++i)
    differences[i] -= expected[i / static_cast<std::size_t>(columns)];
  for (const std::size_t i : {1U, 2U}) {
    const auto* difference = reinterpret_cast<const T*>(results[i].data());
    CHECK(std::equal(differences.begin(), differences.end(), difference, same));
  }
}

TEST_CASE_TEMPLATE("rows are reduced as by the plain kernel, and handed on", T, float, double) {
  using Operator = Reduction;
  for (const Operator reduce : {Operator::sum, Operator::mean, Operator::max, Operator::min}) {
    for (const std::int64_t rows : {2, 3, 64, 65, 1023, 1025, 3000})
      for (const std::int64_t columns : {2, 3, 7, 8, 9, 10, 31, 32, 33})
        check_rows<T>(rows, columns, reduce);
    for (const std::int64_t columns : {100, 1000, 1024, 1025, 2048, 5000, 16384})
      for (const std::int64_t rows : {17, 40}) check_rows<T>(rows, columns, reduce);
  }
}

}  // namespace
}  // namespace deft
