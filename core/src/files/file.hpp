#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

#include "files/descriptor.hpp"

namespace deft {

/// A file open for reading at any offset. Nothing is mapped: a file that another process shortens
/// meanwhile is an error and no signal.
class File {
 public:
  /// Opens it; of what has no offsets, such as a pipe, reads all. Throws FileError.
  File(const std::string& path, SourceLocation where);

  /// Bytes in memory, as those of a file named `name`; they must outlive the File.
  File(std::string name, std::span<const std::byte> bytes, SourceLocation where = {});

  File(const File&) = delete;  // bytes_ may point into stream_
  File& operator=(const File&) = delete;

  std::uint64_t size() const { return size_; }
  const std::string& name() const { return name_; }
  SourceLocation where() const { return where_; }

  /// Fills `to` with the bytes from `offset` on, which must be there. Throws FileError if the
  /// system refuses.
  void read(std::uint64_t offset, std::span<std::byte> to) const;

  /// All bytes.
  std::string text() const;

  /// Throws a FileError of code file_format: `part` says where in the file, or is empty.
  [[noreturn]] void fail(const std::string& part, const std::string& problem,
                         const std::string& cure) const;

 private:
  void read_stream();

  std::string name_;
  SourceLocation where_;
  Descriptor descriptor_;          // none if the bytes are in memory
  std::vector<std::byte> stream_;  // what came out of a pipe
  std::span<const std::byte> bytes_;
  std::uint64_t size_ = 0;
};

}  // namespace deft
