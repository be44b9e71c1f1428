#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// The feeds of a run as kernels take them: those that are not aligned, copied. Throws ValueError
/// if the system refuses memory for that.
class AlignedFeeds {
 public:
  AlignedFeeds(std::span<const Tensor* const> feeds, SourceLocation where) : list_(feeds) {
    if (std::ranges::all_of(feeds, &Tensor::is_aligned)) return;
    copies_.reserve(feeds.size());
    for (const Tensor* feed : feeds) copies_.push_back(feed->aligned(where));
    for (const Tensor& copy : copies_) pointers_.push_back(&copy);
    list_ = pointers_;
  }
  AlignedFeeds(const AlignedFeeds&) = delete;
  AlignedFeeds& operator=(const AlignedFeeds&) = delete;

  std::span<const Tensor* const> list() const { return list_; }

 private:
  std::span<const Tensor* const> list_;
  std::vector<Tensor> copies_;
  std::vector<const Tensor*> pointers_;
};

}  // namespace deft
