#include "common/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>

#include "caught.hpp"
#include "common/errors.hpp"
#include "examples/temp_folder.hpp"

namespace examples {
namespace {

template <class F>
std::string error(const F& f) {
  return deft::caught<UserError>(f).what();
}

}  // namespace

TEST_CASE("a file is read whole") {
  const TempFolder folder;
  const std::string content = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  CHECK(read_file(folder.add("a", content)) == content);
  CHECK(read_file("/dev/null").empty());
}

TEST_CASE("what cannot be read") {
  const TempFolder folder;
  CHECK(error([&] { read_file(folder / "none"); }) ==
        "cannot read " + folder / "none" + ": No such file or directory");
  CHECK(error([&] { read_file(folder / ""); }).ends_with(": Is a directory"));
  CHECK(error([&] { read_file("/dev/zero", 1000); }) == "cannot read /dev/zero: File too large");
}

TEST_CASE("a file is written anew and replaced") {
  const TempFolder folder;
  check_writable(folder / "a");
  CHECK(folder.names().empty());
  write_file(folder / "a", "first");
  CHECK(folder.read("a") == "first");
  ::chmod((folder / "a").c_str(), 0640);
  check_writable(folder / "a");
  CHECK(folder.read("a") == "first");
  write_file(folder / "a", "second");
  CHECK(folder.read("a") == "second");
  CHECK(folder.names() == std::set<std::string>{"a"});
  struct stat status {};
  REQUIRE(::stat((folder / "a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0640U);
}

TEST_CASE("a link stays a link, a device a device") {
  const TempFolder folder;
  folder.add("a", "old");
  std::filesystem::create_symlink("a", folder / "link");
  write_file(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(folder.read("a") == "new");

  check_writable("/dev/null");
  write_file("/dev/null", "gone");
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(error([] { write_file("/dev/full", "text"); }) ==
        "cannot write /dev/full: No space left on device");
}

TEST_CASE("what cannot be written is known before") {
  const TempFolder folder;
  folder.add("a", "text");
  std::filesystem::create_directory(folder / "folder");
  for (const auto& attempt :
       {check_writable, +[](const std::string& path) { write_file(path, "x"); }}) {
    CHECK(error([&] { attempt(folder / "none/a"); }) ==
          "cannot write " + folder / "none/a" + ": No such file or directory");
    CHECK(error([&] { attempt(folder / "a/b"); }).ends_with(": Not a directory"));
    CHECK(error([&] { attempt(folder / "folder"); }).ends_with(": Is a directory"));
  }
  if (::geteuid() != 0) {  // nothing is forbidden to root
    ::chmod((folder / "a").c_str(), 0400);
    CHECK(error([&] { check_writable(folder / "a"); }).ends_with(": Permission denied"));
    ::chmod((folder / "folder").c_str(), 0500);
    CHECK(error([&] { check_writable(folder / "folder/a"); }).ends_with(": Permission denied"));
  }
  CHECK(folder.names() == std::set<std::string>{"a", "folder"});
  CHECK(folder.read("a") == "text");
}

}  // namespace examples
