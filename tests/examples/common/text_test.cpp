#include "common/text.hpp"

#include <cerrno>

#include <doctest/doctest.h>

namespace examples {

TEST_CASE("printable keeps UTF-8 and replaces what would spoil a line") {
  CHECK(printable("plain text") == "plain text");
  CHECK(printable("temp\xC3\xA9rature \xE2\x82\xAC \xF0\x9F\x99\x82") ==
        "temp\xC3\xA9rature \xE2\x82\xAC \xF0\x9F\x99\x82");
  CHECK(printable("a\nb\tc\x1b[31m\x7f") == "a?b?c?[31m?");
  CHECK(printable(std::string_view("a\0b", 3)) == "a?b");
  CHECK(printable("\xC2\x85\xE2\x80\xA8") == "?????");                 // C1 control, line separator
  CHECK(printable("\xFF\xC3") == "??");                                // no lead byte, cut short
  CHECK(printable("\xC0\x80\xE0\x80\x80") == "?????");                 // overlong
  CHECK(printable("\xED\xA0\x80\xEF\xBF\xBF") == "??????");            // surrogate, noncharacter
  CHECK(printable("\xF4\x90\x80\x80\xF5\x80\x80\x80") == "????????");  // beyond U+10FFFF
}

TEST_CASE("printable cuts long text by characters") {
  CHECK(printable("abcdef", 6) == "abcdef");
  CHECK(printable("abcdefg", 6) == "abcdef...");
  CHECK(printable("\xC3\xA9\xC3\xA9\xC3\xA9", 2) == "\xC3\xA9\xC3\xA9...");
}

TEST_CASE("quoted puts quotes around printable text") { CHECK(quoted("a\nb") == "\"a?b\""); }

TEST_CASE("a list has at most a dozen quoted names") {
  CHECK(list_of({}).empty());
  CHECK(list_of({"x", "y z"}) == "\"x\", \"y z\"");
  const std::string list = list_of(std::vector<std::string>(15, "x"));
  CHECK(list.starts_with("\"x\", \"x\","));
  CHECK(list.ends_with(", \"x\" and 3 more"));
}

TEST_CASE("width counts characters") {
  CHECK(width("abc") == 3);
  CHECK(width("temp\xC3\xA9") == 5);
}

TEST_CASE("system_message says what errno means") {
  CHECK(system_message(ENOENT) == "No such file or directory");
}

}  // namespace examples
