// The lines of examples/README.md, and the second program of README.md, are those that the files
// beside this one compile and run.

#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/temp_folder.hpp"

namespace examples {
namespace {

const std::filesystem::path pages = std::filesystem::path(__FILE__).parent_path();
const std::filesystem::path root = pages.parent_path().parent_path().parent_path();

/// `text` without white space, in which a page and a file may differ.
std::string squeezed(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) result += c;
  }
  return result;
}

/// What stands between ```cpp and ``` in a text of Markdown.
std::vector<std::string> blocks_of(const std::string& markdown) {
  const std::string fence = "```cpp\n";
  std::vector<std::string> blocks;
  for (std::size_t at = markdown.find(fence); at != std::string::npos;
       at = markdown.find(fence, at)) {
    at += fence.size();
    const std::size_t end = markdown.find("```", at);
    REQUIRE(end != std::string::npos);
    blocks.push_back(markdown.substr(at, end - at));
    at = end + 3;
  }
  return blocks;
}

/// All files beside this one, squeezed.
std::string compiled_lines() {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(pages)) {
    if (entry.path().filename() != "readme_test.cpp") {
      text += squeezed(deft::bytes_of_file(entry.path())) + '\n';
    }
  }
  return text;
}

}  // namespace

TEST_CASE("every line of code in the pages is compiled and run") {
  const std::string compiled = compiled_lines();
  const std::vector<std::string> blocks =
      blocks_of(deft::bytes_of_file(root / "examples/README.md"));
  CHECK(blocks.size() > 8);
  for (const std::string& block : blocks) {
    CAPTURE(block);
    CHECK(compiled.find(squeezed(block)) != std::string::npos);
  }
}

TEST_CASE("the second program of the README is the one that is compiled and run") {
  const std::string program = squeezed(deft::bytes_of_file(pages / "second_program.cpp"));
  bool found = false;
  for (const std::string& block : blocks_of(deft::bytes_of_file(root / "README.md"))) {
    if (squeezed(block) == program) found = true;
  }
  CHECK(found);
}

}  // namespace examples
