#include "common/layout.hpp"

#include <doctest/doctest.h>

namespace examples {

TEST_CASE("the first column stands to the left, the others to the right") {
  CHECK(aligned({{"", "a", "long"}, {"name", "2.5", "1"}}) ==
        "         a   long\n"
        "name   2.5      1\n");
}

TEST_CASE("characters are counted, not bytes") {
  CHECK(aligned({{"\xC3\xA9", "1"}, {"ab", "2"}}) == "\xC3\xA9    1\nab   2\n");
}

TEST_CASE("nouns have a plural") {
  CHECK(plural(0, "row") == "0 rows");
  CHECK(plural(1, "row") == "1 row");
  CHECK(plural(2, "row") == "2 rows");
}

}  // namespace examples
