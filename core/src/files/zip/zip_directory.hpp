#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "files/file.hpp"

namespace deft {

/// A file in a zip archive.
struct ZipEntry {
  std::string name;
  bool deflated = false;    // compressed; else as it is
  std::uint32_t crc32 = 0;  // of the bytes once decompressed
  std::uint64_t size = 0;   // once decompressed
  std::uint64_t local = 0;  // offset of the entry's own header
  std::uint64_t begin = 0;  // offset of its bytes in the archive
  std::uint64_t end = 0;
};

/// The entries of an archive, as its central directory lists them: it alone knows all sizes. All
/// offsets lie in the file, no two entries share bytes, and no size is more than deflate can make
/// of what is there. Archives on several disks, encrypted ones, and methods beside deflate are
/// refused.
std::vector<ZipEntry> read_zip_directory(const File& file);

}  // namespace deft
