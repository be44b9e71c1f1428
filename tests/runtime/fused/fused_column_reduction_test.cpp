#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "kernels/elementwise/functions.hpp"
#include "support/ops/plain_reduction.hpp"
#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;
using Operator = Reduction;

/// The rows of a copy of x [rows, columns] are reduced to one.
template <class T>
void check_columns(const std::vector<T>& x, std::int64_t rows, std::int64_t columns) {
  CAPTURE(rows);
  CAPTURE(columns);
  const DType dtype = dtype_of<T>();
  const TensorSpec matrix{dtype, {rows, columns}};
  const TensorSpec row{dtype, {columns}};
  GroupBuilder group(rows);
  const Operand from = group.input<T>(matrix.shape, x);
  const Operand y = group.step(MapForm{&elements::copy}, {from}, matrix, false);
  std::vector<ReductionForm> steps;
  for (const Operator reduce : {Operator::sum, Operator::max, Operator::min})
    steps.push_back({reduce, {0b01}});
  if (is_floating(dtype)) steps.push_back({Operator::mean, {0b01}});
  for (const ReductionForm& step : steps) group.step(step, {y}, row, true);
  const auto results = group.run();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto expected = plain_reduction(steps[i], matrix, x.data(), row);
    expected.resize(results[i].size(), std::byte{0x5a});
    CHECK(results[i] == expected);
  }
}

TEST_CASE_TEMPLATE("rows are added up as by the plain kernel", T, float, double, std::int32_t,
                   std::int64_t) {
  std::mt19937 random(1);
  std::vector<T> x(3'000'000);
  for (T& value : x) value = static_cast<T>(static_cast<std::int64_t>(random()) - 2'000'000'000);
  for (const std::int64_t rows : {2, 3, 5, 63, 64, 65, 127, 128, 129, 300, 1000, 1025, 2049, 5000})
    for (const std::int64_t columns : {2, 3, 5, 10, 21, 33, 63, 64, 65, 100, 500})
      check_columns(x, rows, columns);
  for (const std::int64_t columns : {2000, 2048, 2049, 5000})
    for (const std::int64_t rows : {2, 100, 130, 300}) check_columns(x, rows, columns);
  check_columns(x, 100'000, 10);
  check_columns(x, 20'000, 129);
}

}  // namespace
}  // namespace deft
