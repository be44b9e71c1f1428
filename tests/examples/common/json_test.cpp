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

TEST_CASE("texts come back from JSON as they were, but for what is not UTF-8") {
  for (const char* text :
       {"", "plain", "a \"b\" \\ c", "line\nline\x01\t", "\xC3\xA9 \xE2\x82\xAC"})
    CHECK(JsonReader(json_string(text)).whole().text == text);
  CHECK(json_string("a\xFF"
                    "b") == "\"a\\ufffdb\"");
}

TEST_CASE("lists and objects") {
  CHECK(json_list({}) == "[]");
  CHECK(json_list({"1", "\"a\""}) == "[1, \"a\"]");
  CHECK(json_object({}) == "{}");
  const Json object = JsonReader(json_object({{"a \"", "1"}, {"b", "[2]"}})).whole();
  CHECK(object["a \""].number == 1);
  CHECK(object["b"][0].number == 2);
}

}  // namespace examples
