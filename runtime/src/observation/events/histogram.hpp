#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// How the finite elements of a tensor are distributed.
struct Histogram {
  static constexpr int max_buckets = 30;

  double min = 0;  // of no elements: 0
  double max = 0;
  double count = 0;
  double sum = 0;
  double sum_squares = 0;
  std::vector<double> limits;  // where buckets end: the first begins at min, the last ends at max
  std::vector<double> counts;  // of the elements from the limit before up to this one, without it;
                               // the last bucket has max too
  std::int64_t non_finite = 0;
};

/// Buckets of equal width, or a single one if all finite elements are equal.
Histogram histogram_of(const Tensor& values);

}  // namespace deft
