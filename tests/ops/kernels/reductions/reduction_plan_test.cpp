#include "kernels/reductions/reduction_plan.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

AxisSet axes(std::initializer_list<std::size_t> list) {
  AxisSet set;
  for (const std::size_t axis : list) set.set(axis);
  return set;
}

TEST_CASE("neighbours of one kind are merged and dimensions of 1 left out") {
  const ReductionPlan plan({4, 1, 5, 6, 7}, axes({1, 3, 4}));
  CHECK(plan.outputs == 20);
  CHECK(plan.reduced == 42);
  CHECK(plan.last_reduced);
  CHECK(plan.length == 42);
  CHECK(plan.kept.rank == 1);
  CHECK(plan.outer.rank == 0);
}

TEST_CASE("a small reduction is one block") {
  CHECK(ReductionPlan({100}, axes({0})).blocks() == 1);
  CHECK(ReductionPlan({30, 40}, axes({1})).blocks() == 1);
  CHECK(ReductionPlan({30, 40}, axes({0})).blocks() == 1);
}

TEST_CASE("one long row is cut into parts") {
  const ReductionPlan plan({100000}, axes({0}));
  CHECK(plan.parts == 7);
  CHECK(plan.blocks() == 7);
}

TEST_CASE("many rows are blocks of several outputs") {
  const ReductionPlan plan({10000, 100}, axes({1}));
  CHECK(plan.parts == 1);
  CHECK(plan.panels_per_block == 163);
  CHECK(plan.blocks() == 62);
}

TEST_CASE("short rows that are summed are folded") {
  const ReductionPlan plan({100000, 2}, axes({0}));
  CHECK_FALSE(plan.last_reduced);
  CHECK(plan.fold == 32);
  CHECK(plan.parts == 13);
  CHECK(ReductionPlan({3, 2}, axes({0})).fold == 3);
  CHECK(ReductionPlan({1000, 65}, axes({0})).fold == 1);
}

TEST_CASE("wide rows are cut into panels, with a bounded number of parts") {
  const ReductionPlan plan({1000000, 5000}, axes({0}));
  CHECK(plan.panels_per_row == 3);
  CHECK(plan.parts == 64);
  CHECK(plan.blocks() == 192);
}

TEST_CASE("nothing to reduce") {
  CHECK(ReductionPlan({0, 3}, axes({0})).reduced == 0);
  CHECK(ReductionPlan({0, 3}, axes({1})).outputs == 0);
  CHECK(ReductionPlan({1, 3}, axes({0})).reduced == 1);
}

}  // namespace
}  // namespace deft
