#include <deft/core/files/crc32c.hpp>

#include <string>

#include <doctest/doctest.h>

namespace deft {

TEST_CASE("published checksums") {
  CHECK(crc32c("123456789") == 0xE3069283U);
  CHECK(crc32c("") == 0U);
  // RFC 3720, appendix B.4.
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
  CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43U);
  std::string up;
  for (char c = 0; c < 32; ++c) up += c;
  CHECK(crc32c(up) == 0x46DD794EU);
}

TEST_CASE("a checksum is that of the polynomial, for any number of bytes") {
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
      crc ^= static_cast<std::uint8_t>(c);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ (crc % 2 == 0 ? 0 : 0x82F63B78U);
    }
    CHECK(crc32c(bytes) == static_cast<std::uint32_t>(~crc));
    bytes += static_cast<char>(37 * i + 200);
  }
}

TEST_CASE("a masked checksum is turned by 15 bits and shifted") {
  CHECK(masked_crc32c("") == 0xA282EAD8U);
  CHECK(masked_crc32c("123456789") == 0xC78AB0E5U);
}

}  // namespace deft
