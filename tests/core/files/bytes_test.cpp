#include <deft/core/files/bytes.hpp>

#include <cstdint>
#include <string>
#include <utility>

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
  CHECK(read_bytes(path, 1, 3) == bytes.substr(1, 3));
  CHECK(read_bytes(path, 5, 0).empty());
  write_bytes(path, "");
  CHECK(read_bytes(path).empty());
}

TEST_CASE("parts that are not there are refused before there is memory for them") {
  const TempFolder folder;
  const std::string path = folder / "bytes";
  write_bytes(path, "abc");
  for (const auto& [offset, size] :
       {std::pair{1ULL, 3ULL}, {4ULL, 0ULL}, {2ULL, ~0ULL}, {~0ULL, 2ULL}}) {
    const std::uint64_t from = offset, count = size;
    const auto error = caught<FileError>([&] { read_bytes(path, from, count); });
    CHECK(error.code() == ErrorCode::file_format);
    CHECK(error.info().message.find("it has 3 bytes, but " + std::to_string(count)) !=
          std::string::npos);
  }
  CHECK(caught<FileError>([&] { read_bytes(folder / "none"); }).code() == ErrorCode::file_access);
}

}  // namespace deft
