#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <deft/core/source_location.hpp>

namespace deft {

/// All bytes of a file. Throws FileError.
std::string read_bytes(const std::string& path, SourceLocation where = SourceLocation::current());

/// Fills `to` with the bytes of a file from `offset` on. Throws FileError; there are fewer: one of
/// code file_format.
void read_bytes(const std::string& path, std::uint64_t offset, std::span<std::byte> to,
                SourceLocation where = SourceLocation::current());

/// Writes a file whole or not at all, as `write_npy` does. Throws FileError.
void write_bytes(const std::string& path, std::string_view bytes,
                 SourceLocation where = SourceLocation::current());

}  // namespace deft
