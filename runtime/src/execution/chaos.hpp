#pragma once

#include <cstdint>
#include <optional>
#include <thread>

namespace deft {

/// Random decisions of one thread of a step in chaos mode; without a seed it never acts. The
/// generator is SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
/// generators", 2014).
class Chaos {
 public:
  Chaos(std::optional<std::uint64_t> seed, int thread)
      : active_(seed.has_value()),
        state_(seed.value_or(0) + 0x632be59bd9b4e019U * static_cast<std::uint64_t>(thread + 1)) {}

  bool is_active() const { return active_; }

  /// A number below `bound`, which is at least 1.
  std::uint32_t below(std::uint32_t bound) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) % bound);
  }

  bool flip() { return active_ && below(2) == 0; }

  /// Lets other threads get ahead, sometimes.
  void delay() {
    if (!active_ || below(4) != 0) return;
    for (std::uint32_t i = below(16); i > 0; --i) std::this_thread::yield();
  }

 private:
  bool active_;
  std::uint64_t state_;
};

}  // namespace deft
