#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "files/file.hpp"

namespace deft {

/// How bytes stand in a file.
enum class Compression { none, deflate, gzip };

/// The most that deflate makes of a byte: 258 bytes of 2 bits.
constexpr std::uint64_t max_inflation = 1032;

/// The integer whose bytes these are, the lowest first.
std::uint64_t little_endian(std::string_view bytes);

/// A part of a file.
struct FilePart {
  std::string name = {};  // as messages call it: `entry "w.npy"`; empty for the whole file
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  Compression compression = Compression::none;
  bool checksum = false;  // whether crc32() is asked for, which takes time
};

/// The bytes of a file, or of a part of one, in order and decompressed. It takes no memory but a
/// buffer of fixed size.
class ByteReader {
 public:
  /// All bytes of a file.
  explicit ByteReader(const File& file, Compression compression = Compression::none);
  ByteReader(const File& file, FilePart part);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  /// Fills `to` with the next bytes. Throws FileError if there are fewer, or they are damaged.
  void read(std::span<std::byte> to);
  std::string read_text(std::size_t size);

  SourceLocation where() const { return file_.where(); }

  /// How many bytes were read.
  std::uint64_t position() const { return position_; }

  /// No more bytes than these can follow: exact where nothing is compressed.
  std::uint64_t most_left() const;

  /// Fails unless `count` bytes may follow, which `what` needs: to be asked before there is memory
  /// for them.
  void expect(std::uint64_t count, const std::string& what) const;

  /// Fails if bytes follow. Only then are all checksums of compressed bytes compared.
  void expect_end();

  /// The CRC-32 of what was read, if the part asks for it.
  std::uint32_t crc32() const { return crc32_; }

  /// Throws a FileError that names file, part and position.
  [[noreturn]] void fail(const std::string& problem, const std::string& cure) const {
    fail_at(position_, problem, cure);
  }
  [[noreturn]] void fail_at(std::uint64_t position, const std::string& problem,
                            const std::string& cure) const;

 private:
  class Inflater;

  const File& file_;
  FilePart part_;
  std::unique_ptr<Inflater> inflater_;  // null where nothing is compressed
  std::uint64_t position_ = 0;
  std::uint32_t crc32_ = 0;
};

}  // namespace deft
