#include <deft/core/glob.hpp>

#include <doctest/doctest.h>

namespace deft {

TEST_CASE("a pattern matches the whole of a text") {
  CHECK(matches_glob("*", ""));
  CHECK(matches_glob("", ""));
  CHECK(matches_glob("first/*", "first/weight"));
  CHECK(matches_glob("*/w*t", "a/b/weight"));
  CHECK(matches_glob("w?", "w1"));
  CHECK(matches_glob("*a*b", "xaab"));
  CHECK_FALSE(matches_glob("", "a"));
  CHECK_FALSE(matches_glob("w?", "w"));
  CHECK_FALSE(matches_glob("first/*", "second/weight"));
  CHECK_FALSE(matches_glob("*a", "ab"));
}

}  // namespace deft
