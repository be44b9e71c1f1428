#pragma once

#include <algorithm>
#include <cstdint>

#include <deft/core/kernel.hpp>

namespace deft {

/// Elements of cheap work that take about a tenth of a millisecond.
constexpr std::int64_t piece_elements = 1 << 18;

/// Calls f(begin, end) for pieces of [0, count), `piece` long but for the last, and asks before
/// each whether the run is to end: then it returns false at once.
template <class F>
bool in_pieces(const KernelArgs& args, std::int64_t count, std::int64_t piece, const F& f) {
  for (std::int64_t begin = 0; begin < count; begin += piece) {
    if (args.interrupted()) return false;
    f(begin, std::min(begin + piece, count));
  }
  return true;
}

}  // namespace deft
