#include <deft/core/files/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("bytes come back as they were written, whole and in parts") {
  const TempFolder folder;
  const std::string path = folder / "bytes";
  const std::string bytes("a\0b\xff\n", 5);
  write_bytes(path, bytes);
  CHECK(read_bytes(path) == bytes);
  std::string part(3, ' ');
  read_bytes(path, 1, std::as_writable_bytes(std::span(part)));
  CHECK(part == bytes.substr(1, 3));
  CHECK_NOTHROW(read_bytes(path, 5, std::span<std::byte>()));
  write_bytes(path, "");
  CHECK(read_bytes(path).empty());
}

TEST_CASE("parts that are not there are refused") {
  const TempFolder folder;
  const std::string path = folder / "bytes";
  write_bytes(path, "abc");
  const auto message = [&](std::uint64_t offset, std::size_t size) {
    std::vector<std::byte> to(size);
    const auto error = caught<FileError>([&] { read_bytes(path, offset, to); });
    CHECK(error.code() == ErrorCode::file_format);
    return error.info().message;
  };
  CHECK(message(1, 3) == path + ": it has 3 bytes, but 3 are wanted from offset 1 on");
  CHECK(message(4, 0) == path + ": it has 3 bytes, but 0 are wanted from offset 4 on");
  message(~0ULL, 2);
  CHECK(caught<FileError>([&] { read_bytes(folder / "none"); }).code() == ErrorCode::file_access);
}

}  // namespace deft
