#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace deft {

/// CRC-32C (Castagnoli), as RFC 3720 has it.
std::uint32_t crc32c(std::string_view bytes);

/// A TFRecord: the length in 8 bytes, its checksum in 4, the bytes, and their checksum in 4. All
/// numbers are in little-endian order; checksums are masked CRC-32C, so that those of data that
/// hold checksums themselves are no weaker.
std::string event_record(std::string_view bytes);

}  // namespace deft
