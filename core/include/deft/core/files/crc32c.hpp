#pragma once

#include <cstdint>
#include <string_view>

namespace deft {

/// CRC-32C (Castagnoli), as RFC 3720 has it.
std::uint32_t crc32c(std::string_view bytes);

/// The same turned and shifted, as TensorFlow's files and LevelDB's tables have it: so that sums of
/// data that hold such sums themselves are no weaker.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace deft
