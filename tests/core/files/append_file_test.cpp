#include <deft/core/files/append_file.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"
#include "support/child_process.hpp"
#include "support/refused_calls.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// Whether `f` is refused for that reason.
template <class F>
bool fails_with(const std::string& reason, const F& f) {
  try {
    f();
  } catch (const FileError& error) {
    return error.code() == ErrorCode::file_access && error.info().message.ends_with(": " + reason);
  }
  return false;
}

}  // namespace

TEST_CASE("what is appended is in the file at once") {
  const TempFolder folder;
  AppendFile file(folder / "new/deep", "a", {});
  CHECK(file.path() == folder / "new/deep/a.000000");
  CHECK(folder.read("new/deep/a.000000").empty());
  file.append("some ", {});
  CHECK(folder.read("new/deep/a.000000") == "some ");
  file.append("", {});
  file.append(std::string(1'000'000, 'x'), {});
  file.sync({});
  CHECK(folder.read("new/deep/a.000000") == "some " + std::string(1'000'000, 'x'));
}

TEST_CASE("each file is a new one") {
  const TempFolder folder;
  folder.add("a.000000", "old");
  AppendFile first(folder / "", "a", {});
  AppendFile second(folder / "", "a", {});
  first.append("1", {});
  second.append("2", {});
  CHECK(folder.names() == std::set<std::string>{"a.000000", "a.000001", "a.000002"});
  CHECK(folder.read("a.000000") == "old");
  CHECK(folder.read("a.000001") == "1");
  CHECK(folder.read("a.000002") == "2");
}

TEST_CASE("why a file cannot be made") {
  const TempFolder folder;
  const std::string file = folder.add("file", "old");
  const auto make = [](const std::string& path, const std::string& name) {
    return caught<FileError>([&] { const AppendFile made(path, name, {"user.cpp", 7}); }).info();
  };
  const ErrorInfo info = make(file, "a");
  CHECK(info.code == ErrorCode::file_access);
  CHECK(info.message == "cannot make the folder " + file + ": Not a directory");
  CHECK(info.where.line == 7);
  CHECK(make(file + "/b", "a").message.ends_with(": Not a directory"));
  CHECK(make("", "a").message == "cannot make the folder : Invalid argument");
  CHECK(make(std::string("a\0", 2), "a").message.ends_with(": Invalid argument"));
  CHECK(make(folder / "", std::string(300, 'x')).message.ends_with(": File name too long"));
  CHECK(make("/proc/self/fdinfo", "a").message.ends_with("/a.000000: No such file or directory"));
  CHECK(folder.read("file") == "old");
}

TEST_CASE("what is half written is completed, and what is not is lost") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    AppendFile file(folder / "", "a", {});
    file.append("first ", {});
    limit_file_size(10);
    const auto is_full = [](const auto& f) { return fails_with("File too large", f); };
    if (!is_full([&] { file.append("second ", {}); })) return 1;  // of which 4 bytes had room
    if (!is_full([&] { file.append("third ", {}); })) return 2;
    if (!is_full([&] { file.sync({}); })) return 3;
    if (folder.read("a.000000") != "first seco") return 4;
    limit_file_size(13);
    if (!is_full([&] { file.append("fourth ", {}); })) return 5;  // the rest of the second fits
    if (folder.read("a.000000") != "first second ") return 6;
    limit_file_size(RLIM_INFINITY);
    file.append("fifth", {});
    return folder.read("a.000000") == "first second fifth" ? 0 : 7;
  });
  CHECK(status == 0);
}

TEST_CASE("a file that goes writes what is left") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    {
      AppendFile file(folder / "", "a", {});
      limit_file_size(4);
      if (!fails_with("File too large", [&] { file.append("record", {}); })) return 1;
      limit_file_size(RLIM_INFINITY);
    }
    return folder.read("a.000000") == "record" ? 0 : 2;
  });
  CHECK(status == 0);
}

}  // namespace deft
