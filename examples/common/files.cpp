#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <utility>

#include "errors.hpp"
#include "text.hpp"

namespace examples {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int error_number) {
  throw UserError("cannot write " + printable(path, 200) + ": " + system_message(error_number));
}

/// A file descriptor that closes itself; negative if opening failed, with the reason in errno.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

  /// False if the system reports only now that a write has failed.
  bool close() { return reset(-1); }

  /// The same; then it is `fd` that closes itself.
  bool reset(int fd) {
    const int old = std::exchange(fd_, fd);
    return old < 0 || ::close(old) == 0;
  }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Where the bytes for `path` go.
struct Destination {
  fs::path path;          // with symbolic links to an existing file followed
  bool in_place = false;  // a pipe or a device: it cannot be replaced
  mode_t mode = 0666;     // permissions before the process's mask
  bool exists = false;
};

Destination find_destination(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {path};
  if (S_ISDIR(status.st_mode)) fail(path, EISDIR);
  if (::access(path.c_str(), W_OK) != 0) fail(path, errno);
  if (!S_ISREG(status.st_mode)) return {path, true};
  return {fs::canonical(path), false, status.st_mode & 07777U, true};
}

/// A name that nobody can foresee, and so can neither be taken nor lead elsewhere by a planted
/// link.
std::string random_name() {
  std::random_device random;
  char name[32];
  std::snprintf(name, sizeof name, ".deft-%08x%08x", random(), random());
  return name;
}

/// A new file in the folder of the one that it shall replace. It has no name until it is complete,
/// so that nothing half-written is left when the process is killed; on file systems that know no
/// such files it has one from the start. Removed unless it has replaced the other.
class Draft {
 public:
  explicit Draft(const Destination& destination)
      : folder_(destination.path.has_parent_path() ? destination.path.parent_path() : "."),
        name_(folder_ / random_name()),
        file_(::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, destination.mode)) {
    if (file_.get() >= 0 && ::access(link_to_file().c_str(), F_OK) == 0) return;
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file_.reset(::open(name_.c_str(), flags, destination.mode));
    if (file_.get() < 0) fail(destination.path.string(), errno);
    named_ = true;
  }
  ~Draft() {
    if (named_) std::remove(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void replace(const Destination& destination, std::string_view text) {
    const bool kept_mode = !destination.exists || ::fchmod(file_.get(), destination.mode) == 0;
    const bool done = kept_mode && write_all(file_.get(), text) && ::fsync(file_.get()) == 0 &&
                      give_name() && file_.close() &&
                      ::rename(name_.c_str(), destination.path.c_str()) == 0;
    if (!done) fail(destination.path.string(), errno);
    named_ = false;
    // The new name is on the disk when the folder is. Some file systems cannot do that: no failure.
    const Descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get());
  }

 private:
  /// The one path to a file without a name; it leads nowhere on a system without /proc.
  std::string link_to_file() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

  bool give_name() {
    named_ = named_ || ::linkat(AT_FDCWD, link_to_file().c_str(), AT_FDCWD, name_.c_str(),
                                AT_SYMLINK_FOLLOW) == 0;
    return named_;
  }

  fs::path folder_;
  fs::path name_;
  Descriptor file_;
  bool named_ = false;
};

}  // namespace

void check_writable(const std::string& path) {
  const Destination destination = find_destination(path);
  if (!destination.in_place) const Draft draft(destination);
}

void write_file(const std::string& path, std::string_view text) {
  const Destination destination = find_destination(path);
  if (!destination.in_place) {
    Draft(destination).replace(destination, text);
    return;
  }
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !write_all(file.get(), text) || !file.close()) fail(path, errno);
}

void write_to_stdout(std::string_view text) {
  if (!write_all(STDOUT_FILENO, text)) {
    throw UserError("cannot write to the standard output: " + system_message(errno));
  }
}

}  // namespace examples
