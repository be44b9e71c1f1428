#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace deft {

/// An append-only sequence whose elements never move, in arrays of doubling size. One thread at a
/// time appends (under the owner's lock); any thread reads elements below size() without a lock.
template <class T>
class StableVector {
 public:
  std::size_t size() const { return size_.load(std::memory_order_acquire); }

  const T& operator[](std::size_t i) const {
    const Place place = place_of(i);
    return arrays_[place.array][place.offset];
  }

  /// After this, the next push_back does not throw.
  void reserve_one() {
    const Place place = place_of(size());
    if (!arrays_[place.array]) arrays_[place.array].reset(new T[first_size << place.array]);
  }

  void push_back(T value) {
    reserve_one();
    const std::size_t i = size_.load(std::memory_order_relaxed);
    const Place place = place_of(i);
    arrays_[place.array][place.offset] = std::move(value);
    size_.store(i + 1, std::memory_order_release);
  }

 private:
  struct Place {
    std::size_t array;
    std::size_t offset;
  };
  static constexpr std::size_t first_size = 64;

  static Place place_of(std::size_t i) {
    const std::size_t shifted = i / first_size + 1;
    const auto array = static_cast<std::size_t>(std::bit_width(shifted)) - 1;
    return {array, i - first_size * ((std::size_t{1} << array) - 1)};
  }

  std::array<std::unique_ptr<T[]>, 40> arrays_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace deft
