#pragma once

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace deft {

/// A file descriptor that is closed with its owner.
class File {
 public:
  File() = default;
  explicit File(int number) : number_(number) {}
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~File() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }

 private:
  int number_ = -1;
};

/// What a call of the system returned. Throws, with what it was to do, if that was -1.
inline int checked(int result, const std::string& action) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), action);
  return result;
}

}  // namespace deft
