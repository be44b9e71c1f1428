#pragma once

#include <unistd.h>

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
