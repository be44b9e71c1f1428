#include "files/file.hpp"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("a file is read at any offset") {
  const TempFolder folder;
  const std::string content = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  const File file(folder.add("a", content), SourceLocation{});
  CHECK(file.size() == content.size());
  CHECK(file.text() == content);
  std::string piece(3, ' ');
  file.read(2, std::as_writable_bytes(std::span(piece)));
  CHECK(piece == "b\r\n");
}

TEST_CASE("all of a pipe or a device is read") {
  const TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const std::string content(200'000, 'x');
  std::thread writer([&] { std::ofstream(folder / "pipe") << content; });
  CHECK(File(folder / "pipe", SourceLocation{}).text() == content);
  writer.join();
  CHECK(File("/dev/null", SourceLocation{}).size() == 0);
}

TEST_CASE("a file that becomes shorter while it is read") {
  const TempFolder folder;
  const std::string path = folder.add("a", "0123456789");
  const File file(path, SourceLocation{});
  folder.add("a", "01");
  const auto error = caught<FileError>([&] { static_cast<void>(file.text()); });
  CHECK(error.code() == ErrorCode::file_format);
  CHECK(error.info().message == path + ": it has become shorter while it was read");
}

}  // namespace deft
