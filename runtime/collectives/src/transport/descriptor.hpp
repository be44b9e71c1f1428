#pragma once

#include <utility>

#include <unistd.h>

namespace deft::collectives {

/// The descriptor of a socket or of another open file, or -1, closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~Descriptor() {
    if (is_open()) ::close(file_);
  }

  int file() const { return file_; }
  bool is_open() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

}  // namespace deft::collectives
