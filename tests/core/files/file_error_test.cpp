#include "files/file_error.hpp"

#include <string>

#include <doctest/doctest.h>

namespace deft {

TEST_CASE("names of files are fit for a line of a message") {
  CHECK(printable("a\xD0\xBA\xC2\xA0") == "a\xD0\xBA\xC2\xA0");
  CHECK(printable("\x1B[31m\n\x7F\xC2\x80\xFF") == "?[31m????");
  CHECK(printable("abcdef", 3) == "abc...");
  CHECK(quoted(std::string(100, 'x')) == '"' + std::string(60, 'x') + "...\"");
}

}  // namespace deft
