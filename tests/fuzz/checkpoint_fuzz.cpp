#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/files/crc32c.hpp>
#include <deft/tensorflow/checkpoint.hpp>

#include "support/temp_folder.hpp"

namespace {

/// A number of a table at `at`, which moves behind it.
std::uint64_t varint(const std::string& table, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63 && at < table.size(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(table[at++]);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

/// Makes the checksum of a block right: without that, nothing behind it would be read.
void repair_block(std::string& table, std::uint64_t offset, std::uint64_t size) {
  if (offset > table.size() || size > table.size() || table.size() - offset < size + 5) return;
  const std::uint32_t sum = deft::masked_crc32c(std::string_view(table).substr(offset, size + 1));
  std::memcpy(table.data() + offset + size + 1, &sum, sizeof sum);
}

/// The same of the two blocks that the end of a table tells of, and of that in front of them.
void repair(std::string& table) {
  constexpr std::size_t footer = 48;
  if (table.size() < footer) return;
  std::size_t at = table.size() - footer;
  const std::uint64_t first = varint(table, at);
  const std::uint64_t first_size = varint(table, at);
  const std::uint64_t index = varint(table, at);
  const std::uint64_t index_size = varint(table, at);
  repair_block(table, first, first_size);
  repair_block(table, index, index_size);
  if (first >= 5) repair_block(table, 0, first - 5);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const deft::TempFolder folder;
  static const std::string tensors = folder.add("a.data-00000-of-00001", std::string(4096, 'a'));
  std::string table(reinterpret_cast<const char*>(data), size);
  repair(table);
  folder.add("a.index", table);
  try {
    deft::read_tensorflow_checkpoint(folder / "a");
  } catch (const deft::FileError& error) {
    if (error.code() == deft::ErrorCode::internal) __builtin_trap();
  }
  return 0;
}
