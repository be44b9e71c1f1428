#include "common/json.hpp"

#include <doctest/doctest.h>

#include "examples/json.hpp"

namespace examples {

TEST_CASE("numbers come back from JSON as they were") {
  const std::vector<double> values{0.1, -2.0 / 3.0, 1e300, 0, 7};
  const Json array = JsonReader(json_array(values)).whole();
  REQUIRE(array.items.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(array[i].number == values[i]);
    CHECK(array[i].text == json_number(values[i]));
  }
  CHECK(json_array({}) == "[]");
}

}  // namespace examples
