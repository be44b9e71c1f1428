#pragma once

#include <algorithm>
#include <cstddef>

#include "reducer.hpp"
#include "reduction_plan.hpp"

namespace deft {

/// Takes `count` rows, one behind the other from x on, into an accumulator each. For plans that
/// reduce the last dimension and nothing before it: a row is its `plan.length` elements, taken
/// `plan.piece` at a time. `ahead` as in Reducer.
inline void reduce_rows(const Reducer& loops, const ReductionPlan& plan, const std::byte* x,
                        std::size_t count, std::size_t ahead, std::byte* accumulators) {
  const auto length = static_cast<std::size_t>(plan.length);
  const auto piece = static_cast<std::size_t>(plan.piece);
  if (piece == length) return loops.rows(x, count, length, length, ahead, accumulators);
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t at = 0; at < length; at += piece)
      loops.rows(x + (row * length + at) * loops.element_size, 1, std::min(piece, length - at), 0,
                 ahead, accumulators + row * loops.accumulator_size);
}

}  // namespace deft
