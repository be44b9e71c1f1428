#include "dependence.hpp"

#include <algorithm>
#include <cstdint>

#include "layout.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace examples {

Dependence find_dependence(const deft::Tensor& matrix, int threads) {
  deft::Graph graph;
  deft::Output A = constant(graph, matrix);
  // A^+ A [n, n] projects on the directions that count: what it takes from the diagonal of the
  // identity is each column's part in the others.
  const deft::LeastSquares found = lstsq_full(A, A);
  deft::Session session(graph, {.threads = threads});
  const auto [projection, rank, singular_values] =
      session.run(found.solution, found.rank, found.singular_values);
  const auto n = static_cast<std::size_t>(matrix.shape()[1]);

  Dependence result;
  result.directions = n - static_cast<std::size_t>(rank.item<std::int64_t>());
  if (result.directions == 0) return result;
  const auto descending = singular_values.data<double>();
  result.least = descending[0] > 0 ? descending[n - 1] / descending[0] : 0;
  std::vector<double> parts;
  parts.reserve(n);
  for (std::size_t j = 0; j < n; ++j) parts.push_back(1 - projection.data<double>()[j * n + j]);
  const double largest = *std::max_element(parts.begin(), parts.end());
  for (std::size_t j = 0; j < n; ++j) {
    if (parts[j] > 1e-3 * largest) result.columns.push_back(j);
  }
  return result;
}

std::string dependence_warning(const Dependence& dependence, const std::vector<std::string>& names,
                               const std::string& cure) {
  if (dependence.directions == 0) return {};
  std::vector<std::string> dependent;
  for (const std::size_t j : dependence.columns) dependent.push_back(names[j]);
  return "the closed form drops " + std::to_string(dependence.directions) + " of " +
         plural(names.size(), "direction") + " (the rank is " +
         std::to_string(names.size() - dependence.directions) + ", the least singular value " +
         rounded(dependence.least, 2) +
         " of the largest), for these columns are linearly dependent, or nearly: " +
         list_of(dependent) + "; " + cure;
}

}  // namespace examples
