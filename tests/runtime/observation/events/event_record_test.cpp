#include "observation/events/event_record.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/event_file.hpp"

namespace deft {

TEST_CASE("a record has its length, its bytes and their checksums") {
  using namespace std::string_literals;
  for (const std::string& bytes : {"\x08\x01"s, std::string(70'000, '\x08')}) {
    const std::string record = event_record(bytes);
    CHECK(record.size() == bytes.size() + 16);
    const auto events = read_events(record + record);
    REQUIRE(events.size() == 2);
    CHECK(events[0].fields().size() == bytes.size() / 2);
  }
  CHECK(event_record("").substr(0, 8) == std::string(8, '\0'));
  CHECK_THROWS(read_events(event_record("\x08\x01").replace(12, 1, "\x10")));
}

}  // namespace deft
