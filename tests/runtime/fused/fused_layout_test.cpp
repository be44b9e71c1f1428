#include "fused/fused_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

TEST_CASE_TEMPLATE("operands of a comparison are written out as what they are", T, float, double) {
  constexpr std::int64_t rows = 5000;
  constexpr DType dtype = dtype_of<T>();
  GroupBuilder group(rows);
  const auto x = group.input<T>({1000, 5}, mixed_values<T>(rows, 1));
  const auto y = group.input<T>({5}, mixed_values<T>(5, 2));
  for (const ElementFunction* function : comparisons_of(dtype))
    group.step(MapForm{function}, {x, y}, {DType::boolean, {1000, 5}}, true);
  const FusedLayout layout(group.program());
  for (std::size_t i = 0; i < group.program().steps.size(); ++i)
    CHECK(layout.step(i).spare_bytes >=
          static_cast<std::size_t>(layout.tile_rows()) * size_of(dtype));
}

}  // namespace
}  // namespace deft
