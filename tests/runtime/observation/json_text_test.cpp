#include "observation/json_text.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/json.hpp"

namespace deft {
namespace {

std::string read_back(const std::string& text) { return JsonReader(json_text(text)).whole().text; }

TEST_CASE("quotes, backslashes and control characters are escaped") {
  CHECK(json_text("") == "\"\"");
  CHECK(json_text("a/b") == "\"a/b\"");
  CHECK(json_text("a\"b\\c") == R"("a\"b\\c")");
  CHECK(json_text("\n\x1f") == R"("\u000a\u001f")");
  CHECK(json_text(std::string(1, '\0')) == R"("\u0000")");
  const std::string all = "\"\\\n\t\x01 end";
  CHECK(read_back(all) == all);
}

TEST_CASE("UTF-8 stays") {
  for (const char* text : {"\xc2\x80", "\xc3\xa9", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xe2\x82\xac\"b"})
    CHECK(read_back(text) == text);
}

TEST_CASE("what is not UTF-8 is taken for Latin-1") {
  CHECK(json_text("caf\xe9\"") == R"("caf\u00e9\"")");
  CHECK(read_back("caf\xe9") == "caf\xc3\xa9");
  // Cut short, a lone continuation, too long a form, a surrogate, too large, an unused lead byte.
  for (const char* text :
       {"\xc3", "\xe2\x82", "\xf0\x90\x80", "\x80", "\xc1\x81", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82z"}) {
    const std::string json = json_text(text);
    CAPTURE(json);
    CHECK(json.find("\\u00") == 1);
    for (const char c : json) CHECK(static_cast<unsigned char>(c) < 0x80);
  }
}

}  // namespace
}  // namespace deft
