#pragma once

#include <cmath>
#include <limits>

#include <deft/runtime/better.hpp>

namespace deft {

/// What any other finite metric is better than. It is finite itself, so that a look at the
/// variables for what is not finite finds only what has gone wrong.
constexpr double worst_metric(Better better) {
  constexpr double largest = std::numeric_limits<double>::max();
  return better == Better::lower ? largest : -largest;
}

/// Whether a metric is better than the best one so far. No NaN is, and no infinity.
inline bool improves(Better better, double metric, double best) {
  return std::isfinite(metric) && (better == Better::lower ? metric < best : metric > best);
}

}  // namespace deft
