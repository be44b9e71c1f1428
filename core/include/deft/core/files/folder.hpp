#pragma once

#include <string>

#include <deft/core/source_location.hpp>

namespace deft {

/// Makes a folder, and those above it, where there is none. Throws FileError.
void make_folder(const std::string& folder, SourceLocation where);

/// Waits until the disk has the names of the files in a folder: what a new file needs to be found
/// after a power failure. False if the disk fails, with the reason in errno; a folder that cannot
/// be opened for reading, or a file system that knows no such thing, is no failure.
bool sync_folder(const std::string& folder);

}  // namespace deft
