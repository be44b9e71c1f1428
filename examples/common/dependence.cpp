#include "dependence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "layout.hpp"
#include "text.hpp"

namespace examples {

Dependence find_dependence(const deft::Tensor& matrix, int threads) {
  deft::Graph graph;
  deft::Output A = constant(graph, matrix);
  // A^+ A [n, n] projects on the directions that count: what it takes from the diagonal of the
  // identity is each column's part in the others.
  const deft::Tensor projection = deft::Session(graph, {.threads = threads}).eval(lstsq(A, A));
  const auto n = static_cast<std::size_t>(matrix.shape()[1]);
  std::vector<double> parts;
  for (std::size_t j = 0; j < n; ++j) parts.push_back(1 - projection.data<double>()[j * n + j]);

  Dependence result;
  result.directions = static_cast<std::size_t>(
      std::max(0L, std::lround(std::accumulate(parts.begin(), parts.end(), 0.0))));
  if (result.directions == 0) return result;
  const double largest = *std::max_element(parts.begin(), parts.end());
  for (std::size_t j = 0; j < n; ++j) {
    if (parts[j] > 1e-3 * largest) result.columns.push_back(j);
  }
  return result;
}

std::string dependence_warning(const Dependence& dependence,
                               const std::vector<std::string>& names) {
  if (dependence.directions == 0) return {};
  std::vector<std::string> dependent;
  for (const std::size_t j : dependence.columns) dependent.push_back(names[j]);
  return "the closed form drops " + std::to_string(dependence.directions) + " of " +
         plural(names.size(), "direction") +
         ", for these columns are linearly dependent, or nearly: " + list_of(dependent) +
         "; leave some out, or measure them from their means";
}

}  // namespace examples
