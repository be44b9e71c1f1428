#include <deft/core/files/folder.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "files/descriptor.hpp"
#include "files/file_error.hpp"

namespace deft {

void make_folder(const std::string& folder, SourceLocation where) {
  check_path("make", folder, where);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw_access_error("make the folder", folder, error.value(), where);
}

bool sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return !opened.is_open() || ::fsync(opened.get()) == 0 || errno != EIO;
}

}  // namespace deft
