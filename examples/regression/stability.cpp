#include "stability.hpp"

#include <cmath>
#include <numeric>

namespace examples::regression {

double stable_learning_rate(const Dataset& data) {
  double sum_of_squares = 0;
  for (const std::vector<double>& a : data.columns) {
    for (const std::vector<double>& b : data.columns) {
      const double product = std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
      const double curvature = 2.0 / static_cast<double>(data.rows()) * product;
      sum_of_squares += curvature * curvature;
    }
  }
  return 2.0 / std::sqrt(sum_of_squares);
}

}  // namespace examples::regression
