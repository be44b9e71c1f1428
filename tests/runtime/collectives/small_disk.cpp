#include "runtime/collectives/small_disk.hpp"

#include <array>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "support/refused_calls.hpp"

namespace deft {
namespace {

bool mount_small_disk(const std::string& folder) {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
}

}  // namespace

SmallDisk::SmallDisk(const std::string& folder) : filler_(folder + "/filler") {
  std::filesystem::create_directory(folder);
  mounted_ = mount_small_disk(folder);
}

void SmallDisk::fill() const {
  if (!mounted_) return limit_file_size(16);
  const int file = ::open(filler_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("no filler");
  const std::array<char, 4096> page{};
  while (::write(file, page.data(), page.size()) > 0) continue;
  ::close(file);
}

void SmallDisk::make_room() const {
  if (mounted_)
    ::unlink(filler_.c_str());
  else
    limit_file_size(RLIM_INFINITY);
}

}  // namespace deft
