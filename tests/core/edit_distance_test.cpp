#include "edit_distance.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("the edits from one text to another are counted") {
  CHECK(edit_distance("", "", 2) == 0);
  CHECK(edit_distance("weight", "weight", 2) == 0);
  CHECK(edit_distance("weight", "wieght", 2) == 2);
  CHECK(edit_distance("weight", "weights", 2) == 1);
  CHECK(edit_distance("weight", "eight", 2) == 1);
  CHECK(edit_distance("kitten", "sitting", 9) == 3);
  CHECK(edit_distance("", "ab", 2) == 2);
}

TEST_CASE("what is too far is over the most that was asked for") {
  CHECK(edit_distance("kitten", "sitting", 2) > 2);
  CHECK(edit_distance("a", "a long name", 2) > 2);
}

}  // namespace
}  // namespace deft
