#include "common/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/child_process.hpp"
#include "support/refused_calls.hpp"
#include "support/temp_folder.hpp"

namespace examples {
namespace {

template <class F>
std::string error(const F& f) {
  return deft::caught<UserError>(f).what();
}

}  // namespace

TEST_CASE("a file is written anew and replaced") {
  const deft::TempFolder folder;
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

TEST_CASE("nobody can take or plant the name of a draft") {
  const deft::TempFolder folder;
  const std::string foreseen = ".deft-" + std::to_string(::getpid());
  folder.add("victim", "precious");
  std::filesystem::create_symlink("victim", folder / foreseen);
  write_file(folder / "a", "text");
  CHECK(folder.read("victim") == "precious");
  CHECK(std::filesystem::is_symlink(folder / foreseen));
  CHECK(folder.names() == std::set<std::string>{foreseen, "a", "victim"});

  const deft::TempFolder other;
  other.add(foreseen, "precious");
  check_writable(other / "a");
  write_file(other / "a", "text");
  CHECK(other.names() == std::set<std::string>{foreseen, "a"});
  CHECK(other.read(foreseen) == "precious");
}

TEST_CASE("file systems that know no files without a name") {
  const deft::TempFolder folder;
  const int status = deft::status_of_fork([&] {
    deft::forbid_nameless_files();
    if (::open((folder / "").c_str(), O_TMPFILE | O_WRONLY, 0600) >= 0) return 1;
    check_writable(folder / "a");
    if (!folder.names().empty()) return 2;
    for (const char* text : {"first", "second"}) {
      write_file(folder / "a", text);
      if (folder.read("a") != text || folder.names() != std::set<std::string>{"a"}) return 3;
    }
    std::filesystem::create_directory(folder / "b");
    return error([&] { write_file(folder / "b", ""); }).ends_with(": Is a directory") ? 0 : 4;
  });
  CHECK(status == 0);
}

TEST_CASE("a link stays a link, a device a device") {
  const deft::TempFolder folder;
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
  const deft::TempFolder folder;
  folder.add("a", "text");
  std::filesystem::create_directory(folder / "folder");
  for (const auto& attempt :
       {check_writable, +[](const std::string& path) { write_file(path, "x"); }}) {
    CHECK(error([&] { attempt(folder / "none/a"); }) ==
          "cannot write " + folder / "none/a" + ": No such file or directory");
    CHECK(error([&] { attempt(folder / "a/b"); }).ends_with(": Not a directory"));
    CHECK(error([&] { attempt(folder / "folder"); }).ends_with(": Is a directory"));
  }
  CHECK(folder.names() == std::set<std::string>{"a", "folder"});
  CHECK(folder.read("a") == "text");
}

TEST_CASE("what the system forbids to write is known before") {
  const deft::TempFolder folder;
  folder.add("a", "text");
  std::filesystem::create_directory(folder / "folder");
  REQUIRE(::chmod((folder / "").c_str(), 0777) == 0);
  REQUIRE(::chmod((folder / "a").c_str(), 0400) == 0);
  REQUIRE(::chmod((folder / "folder").c_str(), 0500) == 0);
  const int status = deft::status_of_fork_without_rights([&] {
    for (const char* name : {"a", "folder/a"})
      if (!error([&] { check_writable(folder / name); }).ends_with(": Permission denied")) return 1;
    return 0;
  });
  CHECK(status == 0);
  CHECK(folder.names() == std::set<std::string>{"a", "folder"});
  CHECK(folder.read("a") == "text");
}

}  // namespace examples
