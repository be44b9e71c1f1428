#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>

#include <sys/mman.h>

#include "support/comes_true.hpp"

namespace deft {

/// A T that this process shares with those that it forks: of atomic numbers alone.
template <class T>
class SharedMemory {
 public:
  SharedMemory() {
    void* const memory =
        ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    value_ = new (memory) T();
  }
  ~SharedMemory() {
    std::destroy_at(value_);
    ::munmap(value_, sizeof(T));
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  T& operator*() const { return *value_; }
  T* operator->() const { return value_; }

 private:
  T* value_;
};

using SharedNumber = std::atomic<std::int64_t>;
static_assert(SharedNumber::is_always_lock_free);

/// Raises it unless it is as high.
inline void raise_to(SharedNumber& number, std::int64_t value) {
  std::int64_t known = number;
  while (known < value && !number.compare_exchange_weak(known, value)) continue;
}

/// Whether it becomes as high within a minute.
inline bool reaches(const SharedNumber& number, std::int64_t value) {
  return comes_true([&] { return number >= value; });
}

}  // namespace deft
