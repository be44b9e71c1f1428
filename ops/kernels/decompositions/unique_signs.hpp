#pragma once

#include <cmath>

#include "eigen.hpp"

namespace deft {

/// Whether the component of `vector` that is largest in magnitude, the first of equal ones, is
/// negative.
template <class Vector>
bool points_down(const Vector& vector) {
  Eigen::Index at = 0;
  for (Eigen::Index i = 1; i < vector.size(); ++i)
    if (std::abs(vector(i)) > std::abs(vector(at))) at = i;
  return vector.size() > 0 && vector(at) < 0;
}

}  // namespace deft
