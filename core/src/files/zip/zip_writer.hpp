#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "files/file_writer.hpp"

namespace deft {

/// Writes a zip archive. Entries bear no time and no user: the bytes depend on what is added alone.
class ZipWriter {
 public:
  /// Sizes and offsets from `zip64_from` on are written in 8 bytes; a test lowers it.
  explicit ZipWriter(FileWriter& file, std::uint64_t zip64_from = 0xFFFFFFFF)
      : file_(file), zip64_from_(zip64_from) {}

  /// Adds a file that consists of these parts.
  void add(std::string name, std::span<const std::span<const std::byte>> parts, bool compress);

  /// Writes the directory, when all is added.
  void finish();

 private:
  struct Entry {
    std::string name;
    std::uint16_t method = 0;
    std::uint32_t crc32 = 0;
    std::uint64_t size = 0;
    std::uint64_t compressed_size = 0;
    std::uint64_t offset = 0;
  };

  void write_local(const Entry& entry);
  void write_central(const Entry& entry);

  FileWriter& file_;
  std::uint64_t zip64_from_;
  std::vector<Entry> entries_;
};

}  // namespace deft
