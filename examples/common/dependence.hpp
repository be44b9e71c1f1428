#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace examples {

/// Columns of a matrix that depend on each other linearly, but for rounding.
struct Dependence {
  std::size_t directions = 0;        // how many lstsq drops: the columns less the rank it sees
  double least = 0;                  // the least singular value over the largest
  std::vector<std::size_t> columns;  // the indices of the columns that take part in them
};

/// What lstsq(matrix, b) drops for every b; `matrix` is [m, n], m >= n, f64.
Dependence find_dependence(const deft::Tensor& matrix, int threads);

/// What to tell the user about it, and what to do; empty if nothing is dropped. `names` has one for
/// each column.
std::string dependence_warning(const Dependence& dependence, const std::vector<std::string>& names,
                               const std::string& cure);

}  // namespace examples
