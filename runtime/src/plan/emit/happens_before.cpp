#include "happens_before.hpp"

#include <algorithm>

namespace deft {

HappensBefore::HappensBefore(const Plan& plan) : in_order_(!plan.parallel) {
  const std::size_t size = plan.instructions.size();
  if (in_order_ || size == 0) return;
  chains_ = std::clamp<std::size_t>(max_cells / size, 1, max_chains);
  chain_.assign(size, none);
  number_.assign(size, 0);
  clocks_.assign(size * chains_, 0);
  std::uint32_t chains = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (chain_[i] == none) {
      chain_[i] = chains++;
      number_[i] = 1;
    }
    std::uint32_t* const clock = clocks_.data() + i * chains_;
    if (chain_[i] < chains_) clock[chain_[i]] = number_[i];
    bool continued = false;
    for (const std::uint32_t next : plan.successors_of(i)) {
      // Predecessors come first in the order, so the clock of i is complete here.
      std::uint32_t* const after = clocks_.data() + next * chains_;
      for (std::size_t c = 0; c < chains_; ++c) after[c] = std::max(after[c], clock[c]);
      if (continued || chain_[next] != none) continue;
      continued = true;
      chain_[next] = chain_[i];
      number_[next] = number_[i] + 1;
    }
  }
}

bool HappensBefore::operator()(std::uint32_t first, std::uint32_t second) const {
  if (in_order_) return first < second;
  if (first >= second || chain_[first] >= chains_) return false;
  return clocks_[second * chains_ + chain_[first]] >= number_[first];
}

}  // namespace deft
