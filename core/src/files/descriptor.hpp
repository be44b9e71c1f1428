#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <utility>

namespace deft {

/// A file descriptor that closes itself; negative if there is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  /// How many of the bytes the system has taken; with fewer than all, errno says why.
  std::size_t write(std::span<const std::byte> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(fd_, bytes.data() + done, bytes.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

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

}  // namespace deft
