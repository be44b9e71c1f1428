#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

// The files of Checkpoints by their names; a file of another name is not seen. All throw FileError.

namespace deft {

/// The path of the checkpoint of a step, which is not negative, and of the best one.
std::string step_path(const std::string& folder, std::int64_t step);
std::string best_path(const std::string& folder);

/// The steps of which there is a checkpoint, ascending.
std::vector<std::int64_t> steps_in(const std::string& folder, SourceLocation where);

/// Whether something is at the path.
bool file_exists(const std::string& path, SourceLocation where);

/// Removes a file; it may be gone already.
void remove_file(const std::string& path, SourceLocation where);

}  // namespace deft
