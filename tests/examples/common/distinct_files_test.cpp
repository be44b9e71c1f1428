#include "common/distinct_files.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/temp_folder.hpp"

namespace examples {
namespace {

std::string error(const std::string& input, const std::string& output) {
  return deft::caught<UserError>([&] {
           check_distinct_files({{"--in", input}, {"--other", ""}, {"--out", output}});
         })
      .what();
}

std::string expected(const std::string& path) {
  return "--in and --out name the same file, \"" + path + "\"";
}

}  // namespace

TEST_CASE("one file under two names") {
  const deft::TempFolder folder;
  const std::string file = folder.add("a", "text");
  std::filesystem::create_directory(folder / "b");
  std::filesystem::create_symlink("a", folder / "link");
  std::filesystem::create_symlink(".", folder / "here");
  REQUIRE(::link(file.c_str(), (folder / "hard").c_str()) == 0);
  for (const char* name : {"a", "./a", "b/../a", "link", "here/a", "here/here/link", "hard"}) {
    CAPTURE(name);
    CHECK(error(file, folder / name) == expected(folder / name));
    CHECK(error(folder / name, file) == expected(file));
  }
}

TEST_CASE("one file under two names that does not exist yet") {
  const deft::TempFolder folder;
  std::filesystem::create_symlink(".", folder / "here");
  for (const char* name : {"a", "./a", "here/a"}) {
    CAPTURE(name);
    CHECK(error(folder / "a", folder / name) == expected(folder / name));
  }
  CHECK(error("no such file", "./no such file") == expected("./no such file"));
}

TEST_CASE("two files, devices, paths that lead nowhere and options not given") {
  const deft::TempFolder folder;
  folder.add("a", "text");
  std::filesystem::create_directory(folder / "b");
  CHECK_NOTHROW(check_distinct_files({{"--in", folder / "a"}, {"--out", folder / "c"}}));
  CHECK_NOTHROW(check_distinct_files({{"--in", folder / "c"}, {"--out", folder / "b/c"}}));
  CHECK_NOTHROW(check_distinct_files({{"--in", "/dev/null"}, {"--out", "/dev/null"}}));
  CHECK_NOTHROW(check_distinct_files({{"--in", folder / "x/c"}, {"--out", folder / "x/c"}}));
  CHECK_NOTHROW(check_distinct_files({{"--in", folder / "b"}, {"--out", folder / "b"}}));
  CHECK_NOTHROW(check_distinct_files({{"--in", ""}, {"--out", ""}}));
}

}  // namespace examples
