#pragma once

#include <string>
#include <string_view>

namespace examples {

/// Throws UserError if write_file(path, ...) would fail for a reason that is known already now.
void check_writable(const std::string& path);

/// Writes a file whole or not at all: what is at `path` is replaced when all bytes are on the disk.
/// What is no regular file, such as a pipe, is written to. Throws UserError.
void write_file(const std::string& path, std::string_view text);

/// Writes all of `text` to the standard output. Throws UserError.
void write_to_stdout(std::string_view text);

}  // namespace examples
