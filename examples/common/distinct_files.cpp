#include "distinct_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "errors.hpp"
#include "text.hpp"

namespace examples {
namespace {

/// What all paths to a file have in common.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;   // of the file or, before it exists, of its folder
  std::string name;  // in that folder

  bool operator==(const Identity&) const = default;
};

/// Nothing for a device, a pipe, and a path that leads nowhere.
std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return Identity{status.st_dev, status.st_ino, {}};
  }
  const std::filesystem::path file(path);
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  if (!file.has_filename() || ::stat(folder.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino, file.filename().string()};
}

}  // namespace

void check_distinct_files(std::initializer_list<NamedFile> files) {
  // What is already in that file would be lost, or what is written to it afterwards.
  std::vector<std::pair<std::string_view, Identity>> seen;
  if (const auto output = identity_of("/dev/stdout")) seen.emplace_back("standard output", *output);
  for (const NamedFile& file : files) {
    const std::optional<Identity> identity = identity_of(file.path);
    if (!identity) continue;
    for (const auto& [option, other] : seen) {
      if (other != *identity) continue;
      throw UserError(std::string(option) + " and " + std::string(file.option) +
                      " name the same file, " + examples::quoted(file.path));
    }
    seen.emplace_back(file.option, *identity);
  }
}

}  // namespace examples
