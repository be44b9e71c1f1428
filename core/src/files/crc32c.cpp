#include <deft/core/files/crc32c.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace deft {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t word = sizeof(std::uint64_t);  // bytes that are taken at once
using Table = std::array<std::uint32_t, 256>;

/// Table k: what a byte makes of the register when k more bytes, zeros, follow it.
constexpr std::array<Table, word> tables = [] {
  constexpr std::uint32_t polynomial = 0x82F63B78U;  // with the lowest power in the highest bit
  std::array<Table, word> made{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ (crc % 2 == 0 ? 0 : polynomial);
    made[0][byte] = crc;
  }
  for (std::size_t k = 1; k < word; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      made[k][byte] = made[k - 1][byte] >> 8U ^ made[0][made[k - 1][byte] & 0xFFU];
  return made;
}();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  while (bytes.size() >= word) {
    std::uint64_t eight;
    std::memcpy(&eight, bytes.data(), word);
    eight ^= crc;
    crc = 0;
    for (std::size_t i = 0; i < word; ++i) crc ^= tables[word - 1 - i][(eight >> (8 * i)) & 0xFFU];
    bytes.remove_prefix(word);
  }
  for (const char c : bytes)
    crc = crc >> 8U ^ tables[0][(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU];
  return ~crc;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U;
}

}  // namespace deft
