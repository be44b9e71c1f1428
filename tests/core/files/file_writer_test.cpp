#include "files/file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"
#include "support/child_process.hpp"
#include "support/refused_calls.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

namespace fs = std::filesystem;
using Files = std::set<std::string>;

void write(const std::string& path, const std::string& text) {
  FileWriter writer(path, {});
  writer.write(text);
  writer.commit();
}

template <class F>
std::string problem_of(const F& f) {
  const auto error = caught<FileError>(f);
  CHECK(error.code() == ErrorCode::file_access);
  return error.info().message;
}

}  // namespace

TEST_CASE("a file is there once it is committed") {
  const TempFolder folder;
  {
    FileWriter writer(folder / "a", {});
    writer.write("some ");
    CHECK_FALSE(fs::exists(folder / "a"));
    writer.write(std::string(1'000'000, 'x'));
    writer.write("more");
    CHECK(writer.position() == 1'000'009);
    writer.commit();
  }
  CHECK(folder.read("a") == "some " + std::string(1'000'000, 'x') + "more");
  write(folder / "a", "new");
  CHECK(folder.read("a") == "new");
  write(folder / "a", "");
  CHECK(folder.read("a").empty());
  CHECK(folder.names() == Files{"a"});
}

TEST_CASE("what is not committed changes nothing") {
  const TempFolder folder;
  folder.add("a", "old");
  {
    FileWriter writer(folder / "a", {});
    writer.write(std::string(1'000'000, 'x'));
    FileWriter other(folder / "b", {});
    other.write("text");
  }
  CHECK(folder.read("a") == "old");
  CHECK(folder.names() == Files{"a"});
}

TEST_CASE("a symbolic link is followed and stays") {
  const TempFolder folder;
  const std::string file = folder.add("file", "old");
  fs::create_symlink("file", folder / "link");
  fs::create_symlink("link", folder / "link to link");
  fs::create_symlink(folder / "new", folder / "link to nothing");
  write(folder / "link to link", "text");
  write(folder / "link to nothing", "other");
  CHECK(folder.read("file") == "text");
  CHECK(folder.read("new") == "other");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(fs::is_symlink(folder / "link to nothing"));
  fs::create_symlink("circle", folder / "circle");
  CHECK(problem_of([&] {
          write(folder / "circle", "");
        }).ends_with("circle: Too many levels of symbolic links"));
}

TEST_CASE("permissions are kept, and new files have those of the mask") {
  const TempFolder folder;
  const auto mode_of = [&](const char* name) {
    struct stat status {};
    ::stat((folder / name).c_str(), &status);
    return status.st_mode & 07777U;
  };
  folder.add("a", "old");
  REQUIRE(::chmod((folder / "a").c_str(), 0640) == 0);
  write(folder / "a", "new");
  CHECK(mode_of("a") == 0640U);
  const mode_t old = ::umask(027);
  write(folder / "b", "new");
  ::umask(old);
  CHECK(mode_of("b") == 0640U);
}

TEST_CASE("a pipe is written to") {
  const TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::thread writer([&] { write(folder / "pipe", "text"); });
  CHECK(folder.read("pipe") == "text");
  writer.join();
  write("/dev/null", "text");
}

TEST_CASE("why a file cannot be written") {
  const TempFolder folder;
  CHECK(problem_of([&] { write(folder / "none/a", ""); }) ==
        "cannot write " + (folder / "none/a") + ": No such file or directory");
  CHECK(problem_of([&] { write(folder / "", ""); }).ends_with(": Is a directory"));
  CHECK(problem_of([&] { write("", ""); }).ends_with("cannot write : Is a directory"));
  CHECK(problem_of([&] { write(std::string("a\0", 2), ""); }).ends_with(": Invalid argument"));
  const std::string file = folder.add("file", "old");
  CHECK(problem_of([&] { write(file + "/a", ""); }).ends_with(": Not a directory"));
  CHECK(problem_of([&] { write("/dev/full", "text"); }) ==
        "cannot write /dev/full: No space left on device");
}

TEST_CASE("a file that may not be written is not replaced") {
  const TempFolder folder;
  const std::string file = folder.add("file", "old");
  REQUIRE(::chmod((folder / "").c_str(), 0777) == 0);
  REQUIRE(::chmod(file.c_str(), 0400) == 0);
  const int status = status_of_fork_without_rights([&] {
    return problem_of([&] { write(file, "new"); }).ends_with(": Permission denied") ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(folder.read("file") == "old");
  CHECK(folder.names() == Files{"file"});
}

TEST_CASE("on a file system that knows no files without a name") {
  const TempFolder folder;
  folder.add("a", "old");
  const int status = status_of_fork([&] {
    forbid_nameless_files();
    {
      FileWriter writer(folder / "a", {});
      writer.write("lost");
      if (folder.names().size() != 2) return 1;
    }
    if (folder.names() != Files{"a"} || folder.read("a") != "old") return 2;
    write(folder / "a", "new");
    return folder.names() == Files{"a"} && folder.read("a") == "new" ? 0 : 3;
  });
  CHECK(status == 0);
}

TEST_CASE("what the system refuses leaves the old file whole") {
  struct Fault {
    void (*begin)();
    const char* reason;
  };
  for (const Fault& fault :
       {Fault{[] { limit_file_size(100'000); }, "File too large"},
        Fault{fill_disks, "No space left on device"},
        Fault{[] { refuse_call(__NR_fsync, EIO); }, "Input/output error"},
        Fault{[] { refuse_call(__NR_fsync, ENOSPC); }, "No space left on device"},
        Fault{[] { refuse_call(rename_call, EACCES); }, "Permission denied"},
        Fault{[] { refuse_call(rename_call, EXDEV); }, "Invalid cross-device link"},
        Fault{[] { refuse_call(__NR_linkat, EDQUOT); }, "Disk quota exceeded"}}) {
    CAPTURE(fault.reason);
    const TempFolder folder;
    folder.add("a", "old");
    const int status = status_of_fork([&] {
      fault.begin();
      try {
        write(folder / "a", std::string(200'000, 'x'));
      } catch (const FileError& error) {
        const std::string message = "cannot write " + (folder / "a") + ": " + fault.reason;
        return error.code() == ErrorCode::file_access && error.info().message == message ? 0 : 1;
      }
      return 2;
    });
    CHECK(status == 0);
    CHECK(folder.read("a") == "old");
    CHECK(folder.names() == Files{"a"});
  }
}

TEST_CASE("a new file gets its name at once, and no draft has a name before") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    refuse_call(rename_call, EACCES);
    write(folder / "a", "new");
    return folder.names() == Files{"a"} && folder.read("a") == "new" ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("a file that somebody else made meanwhile is replaced") {
  const TempFolder folder;
  FileWriter writer(folder / "a", {});
  writer.write("new");
  folder.add("a", "other");
  writer.commit();
  CHECK(folder.read("a") == "new");
  CHECK(folder.names() == Files{"a"});
}

TEST_CASE("after a kill at any moment a file is whole, the old one or the new one") {
  const TempFolder folder;
  const std::string old_text(300'000, 'a');
  const std::string new_text(300'000, 'b');
  for (int i = 0; i < 40; ++i) {
    write(folder / "a", old_text);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (;;) {
        try {
          write(folder / "a", new_text);
          write(folder / "a", old_text);
        } catch (...) {
          ::_exit(1);
        }
      }
    }
    ::usleep(static_cast<useconds_t>(i * 300));
    ::kill(child, SIGKILL);
    CHECK(wait_for(child) == 128 + SIGKILL);
    const std::string text = folder.read("a");
    const bool whole = text == old_text || text == new_text;
    CHECK(whole);
  }
}

}  // namespace deft
