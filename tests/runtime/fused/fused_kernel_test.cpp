#include <doctest/doctest.h>

#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

TEST_CASE("operands that are written out may be wider than the result") {
  for (const std::int64_t rows : {1, 17, 1000, 5000}) {
    CAPTURE(rows);
    GroupBuilder group(rows);
    const Shape matrix{rows, 5};
    const Operand x =
        group.input<double>(matrix, mixed_values<double>(static_cast<std::size_t>(rows) * 5, 1));
    const Operand row = group.input<double>({5}, mixed_values<double>(5, 2));
    const Form compare = MapForm{&elements::less};
    const Operand bools = group.step(compare, {x, row}, {DType::boolean, matrix}, true);
    group.step(compare, {row, x}, {DType::boolean, matrix}, true);
    CHECK(bools.is_step);
    CHECK(group.run_generated() == group.run());  // which look at the memory beyond their own
  }
}

}  // namespace
}  // namespace deft
