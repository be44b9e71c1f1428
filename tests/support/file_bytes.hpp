#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "files/file.hpp"
#include "support/data_path.hpp"
#include "support/temp_folder.hpp"

namespace deft {

/// What `read` makes of a file "a" with these bytes. They lie in memory of just their size, so that
/// the address sanitizer sees what goes beyond.
template <class F>
auto read_bytes(const std::string& bytes, const F& read) {
  const auto all = std::as_bytes(std::span(bytes));
  const std::vector<std::byte> exact(all.begin(), all.end());
  return read(File("a", exact));
}

/// The text of the FileError that `read` throws, without "a: " and the cure; "" if it throws none.
template <class F>
std::string problem_of(const std::string& bytes, const F& read) {
  try {
    read_bytes(bytes, read);
    return "";
  } catch (const FileError& error) {
    const std::string& message = error.info().message;
    CHECK(error.code() == ErrorCode::file_format);
    CHECK_FALSE(error.info().cure.empty());
    CHECK(message.starts_with("a: "));
    return message.substr(3);
  }
}

/// Checks that `read` says of each file of a folder of tests/data what stands beside its name; of
/// the files that it reads "".
template <class F>
void check_problems(const std::string& folder, const std::map<std::string, std::string>& problems,
                    const F& read) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(data_path(folder))) {
    const std::string name = entry.path().stem().string();
    names.insert(name);
    CAPTURE(name);
    const auto found = problems.find(name);
    REQUIRE(found != problems.end());
    CHECK(problem_of(bytes_of_file(entry.path()), read) == found->second);
  }
  CHECK(names.size() == problems.size());
}

/// Checks that a file of which any number of bytes is missing at the end is an error.
template <class F>
void check_cuts(const std::string& bytes, const F& read) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(problem_of(bytes.substr(0, size), read) != "");
  }
}

/// Checks that a file in which one byte is another is an error or a value, and nothing worse.
template <class F>
void check_flips(std::string bytes, const F& read) {
  for (char& byte : bytes) {
    const char old = byte;
    for (const int other : {old ^ 1, old ^ 0x80, 0, 0xFF, old + 1, old - 1}) {
      byte = static_cast<char>(other);
      problem_of(bytes, read);
    }
    byte = old;
  }
}

}  // namespace deft
