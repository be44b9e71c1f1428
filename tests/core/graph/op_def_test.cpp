#include <deft/core/op_def.hpp>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("the last bit of shape-only inputs stands for all from there on") {
  constexpr OpDef first_alone{.name = "first_alone", .shape_only_inputs = ~1U};
  CHECK(first_alone.needs_value(0));
  for (const std::size_t input : {1U, 30U, 31U, 32U, 1000U})
    CHECK_FALSE(first_alone.needs_value(input));
  constexpr OpDef all{.name = "all"};
  for (const std::size_t input : {0U, 31U, 32U, 1000U}) CHECK(all.needs_value(input));
}

}  // namespace
}  // namespace deft
