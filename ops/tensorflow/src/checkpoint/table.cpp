#include "checkpoint/table.hpp"

#include <cstring>

#include <deft/core/error.hpp>
#include <deft/core/files/crc32c.hpp>

#include "text.hpp"

namespace deft::tensorflow {
namespace {

constexpr std::uint64_t magic = 0xDB4775248B80FB57U;
constexpr std::size_t footer_size = 48;   // two handles of up to 20 bytes, and the magic number
constexpr std::size_t trailer_size = 5;   // of a block: its compression, its checksum
constexpr std::size_t block_size = 4096;  // bytes after which a block that is written ends

/// Where a block is: its bytes without the trailer.
struct Handle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Reads numbers from a part of the table.
class Cursor {
 public:
  Cursor(const WireSource& source, std::string_view rest) : source_(source), rest_(rest) {}

  bool done() const { return rest_.empty(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (rest_.empty()) fail("the table ends within a number");
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    fail("a number has more than 63 bits");
  }

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size())
      fail("an entry should have " + std::to_string(size) + " more bytes, but its block has " +
           std::to_string(rest_.size()));
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  Handle handle() {
    const std::uint64_t offset = varint();
    return {offset, varint()};
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw FileError({.code = ErrorCode::file_format,
                     .message = in_quotes(source_.name) + ": offset " +
                                std::to_string(rest_.data() - source_.bytes.data()) + ": " +
                                problem,
                     .cure = "give a file that is whole",
                     .where = source_.where});
  }

 private:
  const WireSource& source_;
  std::string_view rest_;
};

template <class T>
T little_endian(std::string_view bytes) {
  T number;
  std::memcpy(&number, bytes.data(), sizeof(T));
  return number;
}

/// The entries of a block, without what follows them; verified.
std::string_view block_at(const WireSource& source, Handle handle) {
  const std::string_view bytes = source.bytes;
  const std::uint64_t end = bytes.size() - footer_size;
  if (handle.offset > end || end - handle.offset < trailer_size ||
      handle.size > end - handle.offset - trailer_size)
    Cursor(source, bytes.substr(bytes.size() - footer_size))
        .fail("a block of " + std::to_string(handle.size) + " bytes at " +
              std::to_string(handle.offset) + " lies outside of the table");
  const auto offset = static_cast<std::size_t>(handle.offset);
  const auto size = static_cast<std::size_t>(handle.size);
  const Cursor here(source, bytes.substr(offset));
  const std::string_view block = bytes.substr(offset, size);
  const auto wanted = little_endian<std::uint32_t>(bytes.substr(offset + size + 1));
  if (masked_crc32c(bytes.substr(offset, size + 1)) != wanted)
    here.fail("the checksum of a block of " + std::to_string(size) + " bytes is wrong");
  const auto compression = static_cast<std::uint8_t>(bytes[offset + size]);
  if (compression != 0)
    here.fail(compression == 1
                  ? "the block is compressed by Snappy, which deft does not read"
                  : "the block has the unknown compression " + std::to_string(compression));
  if (size < 4) here.fail("the block has no room for its restart points");
  const auto restarts = little_endian<std::uint32_t>(block.substr(size - 4));
  if (restarts > (size - 4) / 4)
    here.fail("the block has no room for its " + std::to_string(restarts) + " restart points");
  return block.substr(0, size - 4 - 4 * std::size_t{restarts});
}

/// A key may share its beginning with the one before, so the keys of a small table can take much
/// memory: more than 64 times that of the table is taken for damage.
void append_entries(const WireSource& source, std::string_view block,
                    std::vector<TableEntry>& entries, std::uint64_t& key_bytes) {
  Cursor cursor(source, block);
  std::string key;
  while (!cursor.done()) {
    const Cursor begin = cursor;
    const std::uint64_t shared = cursor.varint();
    const std::uint64_t others = cursor.varint();
    const std::uint64_t value_size = cursor.varint();
    if (shared > key.size())
      begin.fail("a key shares " + std::to_string(shared) + " bytes with one of " +
                 std::to_string(key.size()));
    key.resize(static_cast<std::size_t>(shared));
    key += cursor.take(others);
    key_bytes += key.size();
    if (key_bytes > 64 * source.bytes.size()) begin.fail("the keys are longer than is plausible");
    if (!entries.empty() && key <= entries.back().key)
      begin.fail("the key " + in_quotes(key) + " does not come after the one before it");
    entries.push_back({key, cursor.take(value_size)});
  }
}

/// Collects the entries of a block.
class BlockWriter {
 public:
  void add(std::string_view key, std::string_view value) {
    restarts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    append_varint(bytes_, 0);  // every key stands as a whole
    append_varint(bytes_, key.size());
    append_varint(bytes_, value.size());
    bytes_ += key;
    bytes_ += value;
  }
  bool is_full() const { return bytes_.size() >= block_size; }
  bool is_empty() const { return restarts_.empty(); }

  /// Appends the block to the table; returns its handle.
  std::string finish(std::string& table) {
    if (restarts_.empty()) restarts_.push_back(0);
    for (const std::uint32_t restart : restarts_) append_raw(bytes_, restart);
    append_raw(bytes_, static_cast<std::uint32_t>(restarts_.size()));
    std::string handle;
    append_varint(handle, table.size());
    append_varint(handle, bytes_.size());
    bytes_ += '\0';  // no compression
    table += bytes_;
    append_raw(table, masked_crc32c(bytes_));
    *this = {};
    return handle;
  }

  static void append_varint(std::string& bytes, std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>(value | 0x80U);
    bytes += static_cast<char>(value);
  }
  template <class T>
  static void append_raw(std::string& bytes, T number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(T));
  }

 private:
  std::string bytes_;
  std::vector<std::uint32_t> restarts_;
};

}  // namespace

std::vector<TableEntry> read_table(const WireSource& source) {
  const std::string_view bytes = source.bytes;
  if (bytes.size() < footer_size)
    Cursor(source, bytes)
        .fail("a table has at least " + std::to_string(footer_size) + " bytes, but it has " +
              std::to_string(bytes.size()));
  const std::string_view footer = bytes.substr(bytes.size() - footer_size);
  Cursor cursor(source, footer);
  if (little_endian<std::uint64_t>(footer.substr(footer_size - 8)) != magic)
    cursor.fail("the file does not end as a table does");
  cursor.handle();  // of the index of meta blocks, of which there are none
  const Handle index = cursor.handle();
  std::vector<TableEntry> blocks;
  std::uint64_t key_bytes = 0;
  append_entries(source, block_at(source, index), blocks, key_bytes);
  std::vector<TableEntry> entries;
  std::uint64_t block_bytes = 0;
  for (const TableEntry& block : blocks) {
    Cursor value(source, block.value);
    const Handle handle = value.handle();
    block_bytes += handle.size;
    if (block_bytes > bytes.size()) value.fail("blocks overlap");
    append_entries(source, block_at(source, handle), entries, key_bytes);
  }
  return entries;
}

std::string write_table(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string table;
  BlockWriter block;
  BlockWriter index;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    block.add(entries[i].first, entries[i].second);
    if (block.is_full() || i + 1 == entries.size()) {
      const std::string handle = block.finish(table);
      index.add(entries[i].first, handle);
    }
  }
  std::string footer = BlockWriter().finish(table);  // no meta blocks
  footer += index.finish(table);
  footer.resize(footer_size - 8);
  BlockWriter::append_raw(footer, magic);
  return table + footer;
}

}  // namespace deft::tensorflow
