#include "files/zip/zip_directory.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "files/byte_reader.hpp"
#include "files/file_error.hpp"
#include "files/zip/zip_format.hpp"

namespace deft {
namespace {

constexpr const char* damaged = "it is damaged: copy or download it again";
constexpr const char* several_disks = "the archive is one of several parts";

[[noreturn]] void fail(const File& file, std::uint64_t offset, const std::string& problem,
                       const char* cure = damaged) {
  file.fail("byte " + std::to_string(offset), problem, cure);
}

/// Bytes of the file in memory, with integers in little-endian order.
class Bytes {
 public:
  Bytes(const File& file, std::uint64_t offset, std::uint64_t size)
      : offset_(offset), bytes_(static_cast<std::size_t>(size), '\0') {
    file.read(offset, std::as_writable_bytes(std::span(bytes_)));
  }

  std::uint64_t offset() const { return offset_; }
  std::size_t size() const { return bytes_.size(); }
  std::string_view text(std::size_t at, std::size_t size) const {
    return std::string_view(bytes_).substr(at, size);
  }
  std::uint64_t integer(std::size_t at, std::size_t size) const {
    return little_endian(text(at, size));
  }
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(integer(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(integer(at, 4)); }
  std::uint64_t u64(std::size_t at) const { return integer(at, 8); }

 private:
  std::uint64_t offset_;
  std::string bytes_;
};

/// Where the central directory is.
struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The offset of the end record, which ends the file but for a comment.
std::uint64_t find_end_record(const File& file) {
  const std::uint64_t size = std::min<std::uint64_t>(file.size(), zip::end_size + 0xFFFFU);
  const Bytes tail(file, file.size() - size, size);
  for (std::uint64_t comment = 0; comment + zip::end_size <= size; ++comment) {
    const auto at = static_cast<std::size_t>(size - zip::end_size - comment);
    if (tail.u32(at) == zip::end_signature && tail.u16(at + 20) == comment) {
      return tail.offset() + at;
    }
  }
  fail(file, file.size(), "the directory at the end of a zip archive is missing",
       "it was cut short, or is no npz file");
}

/// What archives of over 65,534 entries or 4 GB have in front of the end record.
Directory read_zip64_end(const File& file, std::uint64_t end_record) {
  const std::uint64_t locator_at = end_record - zip::locator_size;
  const Bytes locator(file, locator_at, zip::locator_size);
  const std::uint64_t at = locator.u64(8);
  if (locator.u32(4) != 0 || locator.u32(16) > 1) fail(file, locator_at, several_disks);
  if (at > locator_at || locator_at - at < zip::end64_size) {
    fail(file, locator_at, "the zip64 end record is said to stand at byte " + std::to_string(at));
  }
  const Bytes record(file, at, zip::end64_size);
  if (record.u32(0) != zip::end64_signature || record.u64(4) != locator_at - at - 12) {
    fail(file, at, "the zip64 end record is missing");
  }
  if (record.u32(16) != 0 || record.u32(20) != 0 || record.u64(24) != record.u64(32)) {
    fail(file, at, several_disks);
  }
  const Directory directory{record.u64(32), record.u64(48), at};
  if (directory.begin > at || record.u64(40) != at - directory.begin) {
    fail(file, at, "the directory does not end where its end record begins");
  }
  return directory;
}

Directory find_directory(const File& file) {
  const std::uint64_t at = find_end_record(file);
  const bool has_locator = at >= zip::locator_size &&
                           Bytes(file, at - zip::locator_size, 4).u32(0) == zip::locator_signature;
  if (has_locator) return read_zip64_end(file, at);
  const Bytes record(file, at, zip::end_size);
  if (record.u16(4) != 0 || record.u16(6) != 0 || record.u16(8) != record.u16(10)) {
    fail(file, at, several_disks);
  }
  const Directory directory{record.u16(10), record.u32(16), at};
  if (directory.begin > at || record.u32(12) != at - directory.begin) {
    fail(file, at, "the directory does not end where its end record begins",
         "it is damaged, or something was put before the archive");
  }
  return directory;
}

/// Sizes and offset that do not fit their 4 bytes stand in an extra field, in this order.
void read_zip64_fields(const File& file, const Bytes& bytes, std::size_t at, std::size_t end,
                       std::span<std::uint64_t* const> fields) {
  const auto is_wanted = [](const std::uint64_t* field) { return *field == zip::in_extra_field; };
  if (std::ranges::none_of(fields, is_wanted)) return;
  while (end - at >= 4) {
    const std::uint16_t id = bytes.u16(at);
    const std::size_t next = at + 4 + bytes.u16(at + 2);
    if (next > end) break;
    if (id == zip::zip64_field) {
      at += 4;
      for (std::uint64_t* const field : fields) {
        if (!is_wanted(field)) continue;
        if (next - at < 8) fail(file, bytes.offset() + at, "a zip64 field is too short");
        *field = bytes.u64(at);
        at += 8;
      }
      return;
    }
    at = next;
  }
  fail(file, bytes.offset() + at, "an entry lacks its zip64 field");
}

/// Where the bytes of an entry begin: behind its own header, which must be that of the directory.
void find_bytes(const File& file, const Directory& directory, std::uint16_t method, ZipEntry& entry,
                std::uint64_t compressed_size) {
  const std::string name = "entry " + quoted(entry.name);
  const std::uint64_t room = directory.begin - std::min(entry.local, directory.begin);
  const std::uint64_t head = zip::local_size + entry.name.size();
  if (head > room) {
    fail(file, directory.begin, name + " is said to stand at byte " + std::to_string(entry.local));
  }
  const Bytes header(file, entry.local, head);
  if (header.u32(0) != zip::local_signature) fail(file, entry.local, name + " does not begin here");
  const std::uint64_t begin = head + header.u16(28);
  if (header.u16(26) != entry.name.size() || header.u16(8) != method || begin > room ||
      header.text(zip::local_size, entry.name.size()) != entry.name) {
    fail(file, entry.local, name + " has a header of its own that differs from the directory");
  }
  if (compressed_size > room - begin) fail(file, entry.local, name + " goes beyond its end");
  entry.begin = entry.local + begin;
  entry.end = entry.begin + compressed_size;
}

void check_size(const File& file, const ZipEntry& entry) {
  const std::uint64_t stored = entry.end - entry.begin;
  const bool possible =
      entry.deflated ? entry.size / max_inflation <= stored : entry.size == stored;
  if (possible) return;
  fail(file, entry.local,
       "entry " + quoted(entry.name) + " is said to have " + std::to_string(entry.size) +
           " bytes, of " + std::to_string(stored) + " in the archive");
}

/// Reads the entry at `at` of the directory; returns where the next one begins.
std::size_t read_entry(const File& file, const Directory& directory, const Bytes& bytes,
                       std::size_t at, ZipEntry& entry) {
  const std::uint64_t offset = bytes.offset() + at;
  if (bytes.size() - at < zip::central_size || bytes.u32(at) != zip::central_signature) {
    fail(file, offset, "the directory has fewer entries than its end record says");
  }
  const std::uint16_t flags = bytes.u16(at + 8);
  const std::uint16_t method = bytes.u16(at + 10);
  const std::size_t name_at = at + zip::central_size;
  const std::size_t extra_at = name_at + bytes.u16(at + 28);
  const std::size_t comment_at = extra_at + bytes.u16(at + 30);
  const std::size_t next = comment_at + bytes.u16(at + 32);
  if (next > bytes.size()) fail(file, offset, "an entry goes beyond the end of the directory");
  entry.name = bytes.text(name_at, extra_at - name_at);
  entry.deflated = method == zip::deflated;
  entry.crc32 = bytes.u32(at + 16);
  std::uint64_t compressed_size = bytes.u32(at + 20);
  entry.size = bytes.u32(at + 24);
  entry.local = bytes.u32(at + 42);
  if (bytes.u16(at + 34) != 0) fail(file, offset, several_disks);
  if ((flags & zip::unreadable_flags) != 0) {
    fail(file, offset, "entry " + quoted(entry.name) + " is encrypted or patched",
         "save it with numpy.savez");
  }
  if (method != zip::stored && method != zip::deflated) {
    fail(file, offset,
         "entry " + quoted(entry.name) + " is compressed by method " + std::to_string(method) +
             "; 0 and 8 (deflate) are known",
         "save it with numpy.savez or numpy.savez_compressed");
  }
  const std::array fields{&entry.size, &compressed_size, &entry.local};
  read_zip64_fields(file, bytes, extra_at, comment_at, fields);
  find_bytes(file, directory, method, entry, compressed_size);
  check_size(file, entry);
  return next;
}

/// Many entries over the same bytes would make a small file a large one.
void check_overlaps(const File& file, const std::vector<ZipEntry>& entries) {
  std::vector<const ZipEntry*> order;
  order.reserve(entries.size());
  for (const ZipEntry& entry : entries) order.push_back(&entry);
  std::ranges::sort(order, {}, &ZipEntry::local);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1]->end <= order[i]->local) continue;
    fail(file, order[i]->local,
         "entries " + quoted(order[i - 1]->name) + " and " + quoted(order[i]->name) +
             " share bytes");
  }
}

}  // namespace

std::vector<ZipEntry> read_zip_directory(const File& file) {
  const Directory directory = find_directory(file);
  const Bytes bytes(file, directory.begin, directory.end - directory.begin);
  std::vector<ZipEntry> entries;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    at = read_entry(file, directory, bytes, at, entries.emplace_back());
  }
  if (at != bytes.size()) {
    fail(file, bytes.offset() + at, "the directory has more entries than its end record says");
  }
  check_overlaps(file, entries);
  return entries;
}

}  // namespace deft
