#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace examples {

/// The file that an option names; an empty path if the option is not given.
struct NamedFile {
  std::string_view option;
  std::string path;
};

/// Throws UserError if two of `files` are one regular file, or one of them is the file that the
/// standard output goes to: however they are spelled, through links, and before they exist. Devices
/// and pipes may have several uses.
void check_distinct_files(std::initializer_list<NamedFile> files);

}  // namespace examples
