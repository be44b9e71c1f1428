#include "chain_order.hpp"

#include <limits>

namespace deft {

ChainOrder::ChainOrder(std::span<const std::int64_t> dims)
    : size_(dims.size() - 1), flops_(size_ * size_, 0), cuts_(size_ * size_, 0) {
  for (std::size_t length = 2; length <= size_; ++length)
    for (std::size_t first = 0; first + length <= size_; ++first) {
      const std::size_t last = first + length - 1;
      double& best = flops_[first * size_ + last];
      best = std::numeric_limits<double>::infinity();
      for (std::size_t cut = first; cut < last; ++cut) {
        const double flops = flops_[first * size_ + cut] + flops_[(cut + 1) * size_ + last] +
                             2 * static_cast<double>(dims[first]) *
                                 static_cast<double>(dims[cut + 1]) *
                                 static_cast<double>(dims[last + 1]);
        if (flops >= best) continue;
        best = flops;
        cuts_[first * size_ + last] = cut;
      }
    }
}

}  // namespace deft
