#pragma once

#include <string>
#include <string_view>

namespace deft {

/// A TFRecord: the length in 8 bytes, its checksum in 4, the bytes, and their checksum in 4. All
/// numbers are in little-endian order; checksums are those of masked_crc32c.
std::string event_record(std::string_view bytes);

}  // namespace deft
