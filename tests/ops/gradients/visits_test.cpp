#include "gradients/visits.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("a walk knows the nodes that were added to it, and no others") {
  Visits visits(10, 1'000'000);
  const std::vector<NodeId> ids{10, 73, 74, 75, 500'000, 1'000'000};
  for (const NodeId id : ids) CHECK(visits.add(id));
  for (const NodeId id : ids) CHECK_FALSE(visits.add(id));
  for (const NodeId outside : {0U, 9U, 1'000'001U}) {
    CHECK_FALSE(visits.add(outside));
    CHECK(visits.find(outside) == nullptr);
  }
  for (const NodeId between : {11U, 72U, 76U, 499'999U}) CHECK(visits.find(between) == nullptr);
  visits.find(74)->reached = true;
  CHECK(visits.find(74)->reached);
  CHECK_FALSE(visits.find(75)->reached);
  CHECK(visits.descending() == std::vector<NodeId>(ids.rbegin(), ids.rend()));
}

TEST_CASE("a walk of one node") {
  Visits visits(5, 5);
  CHECK(visits.descending().empty());
  CHECK(visits.add(5));
  CHECK(visits.descending() == std::vector<NodeId>{5});
}

}  // namespace
}  // namespace deft
