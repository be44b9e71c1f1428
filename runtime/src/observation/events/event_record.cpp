#include "event_record.hpp"

#include <array>
#include <bit>
#include <cstddef>

namespace deft {
namespace {

static_assert(std::endian::native == std::endian::little);

/// What a byte makes of the register, for all 256 of them.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
  constexpr std::uint32_t polynomial = 0x82F63B78U;  // with the lowest power in the highest bit
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ (crc % 2 == 0 ? 0 : polynomial);
    table[byte] = crc;
  }
  return table;
}();

template <class T>
void append(std::string& bytes, T number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(T));
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes)
    crc = crc >> 8U ^ crc_table[(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU];
  return ~crc;
}

std::string event_record(std::string_view bytes) {
  std::string record;
  record.reserve(bytes.size() + 16);
  append(record, std::uint64_t{bytes.size()});
  append(record, masked_crc32c(record));
  record += bytes;
  append(record, masked_crc32c(bytes));
  return record;
}

}  // namespace deft
