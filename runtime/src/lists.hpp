#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace deft {

/// A list of numbers for each key below `size()`, all in one array.
class Lists {
 public:
  Lists() = default;

  /// `for_each(visit)` calls visit(key, number) for all of them, each time in the same order.
  template <class ForEach>
  Lists(std::size_t keys, ForEach for_each) : first_(keys + 1, 0) {
    for_each([&](std::uint32_t key, std::uint32_t) { ++first_[key + 1]; });
    for (std::size_t key = 1; key < first_.size(); ++key) first_[key] += first_[key - 1];
    all_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for_each([&](std::uint32_t key, std::uint32_t number) { all_[next[key]++] = number; });
  }

  std::size_t size() const { return first_.size() - 1; }
  bool empty() const { return size() == 0; }

  std::span<const std::uint32_t> operator[](std::size_t key) const {
    return {all_.data() + first_[key], first_[key + 1] - first_[key]};
  }
  std::span<std::uint32_t> operator[](std::size_t key) {
    return {all_.data() + first_[key], first_[key + 1] - first_[key]};
  }

  /// The numbers of all lists, one list behind the other.
  std::span<const std::uint32_t> all() const { return all_; }

  /// Makes `list` that of the next key. It is not one of these.
  void append(std::span<const std::uint32_t> list) {
    all_.insert(all_.end(), list.begin(), list.end());
    first_.push_back(static_cast<std::uint32_t>(all_.size()));
  }

  void reserve(std::size_t keys, std::size_t numbers) {
    first_.reserve(keys + 1);
    all_.reserve(numbers);
  }
  void clear() {
    first_.resize(1);
    all_.clear();
  }

 private:
  std::vector<std::uint32_t> first_ = {0};
  std::vector<std::uint32_t> all_;
};

/// Sorts numbers, and leaves each of them once.
inline void sort_and_unite(std::vector<std::uint32_t>& numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace deft
