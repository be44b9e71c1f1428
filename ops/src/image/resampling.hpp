#pragma once

#include <cstdint>
#include <vector>

#include <deft/ops/image.hpp>

namespace deft {

/// One dimension that is sampled anew.
struct ResizedAxis {
  std::int64_t axis = 0;  // counted from the front
  std::int64_t size = 1;  // of x
  std::int64_t result = 1;
  double scale = 1;
  double scaled = 1;  // size * scale, not rounded; `result` itself where that decided the scale
  double begin = 0;   // of the region
  double end = 1;

  /// Whether every element stays where it is.
  bool is_identity() const;

  /// Where element `i` of the result stands in x.
  double position(Coordinates coordinates, std::int64_t i) const;

  /// Whether a position is outside of x.
  bool is_outside(double position) const {
    return position < 0 || position > static_cast<double>(size - 1);
  }
};

/// The neighbour that stands for each element of the result.
std::vector<std::int64_t> nearest_neighbours(const ResizedAxis& axis, const ResizeOptions& options);

/// What each element of the result is made of: row i of `indices` and `weights`, [result, taps].
struct Taps {
  std::int64_t taps = 1;
  std::vector<std::int64_t> indices;
  std::vector<double> weights;
};
Taps weighted_neighbours(const ResizedAxis& axis, const ResizeOptions& options);

}  // namespace deft
