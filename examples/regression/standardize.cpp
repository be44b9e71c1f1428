#include "standardize.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace examples::regression {
namespace {

struct Moments {
  double mean = 0;
  double deviation = 1;
};

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Standardizes a column of more than one value. It works in units of a power of two about as large
/// as the largest number, by which nothing is rounded and no square overflows, and from the first
/// row on, so that digits that all rows have in common are gone before anything is added.
Moments standardize_column(std::vector<double>& column) {
  double largest = 0;
  for (const double value : column) largest = std::max(largest, std::fabs(value));
  const int exponent = std::ilogb(largest);
  const double first = std::scalbn(column[0], -exponent);
  for (double& value : column) value = std::scalbn(value, -exponent) - first;
  const double mean = mean_of(column);
  std::vector<double> squares;
  squares.reserve(column.size());
  for (double& value : column) {
    value -= mean;
    squares.push_back(value * value);
  }
  const double deviation = std::sqrt(mean_of(squares));
  for (double& value : column) value /= deviation;
  return {std::scalbn(first + mean, exponent), std::scalbn(deviation, exponent)};
}

}  // namespace

Standardized standardize(Dataset data) {
  Standardized result;
  for (std::size_t j = 0; j < data.coefficients(); ++j) {
    std::vector<double>& column = data.columns[j];
    const auto [least, most] = std::minmax_element(column.begin(), column.end());
    const bool one_value = *least == *most;
    if (one_value && j > 0) result.left_alone.push_back(data.names[j]);
    const Moments moments = one_value ? Moments{} : standardize_column(column);
    result.means.push_back(moments.mean);
    result.deviations.push_back(moments.deviation);
  }
  result.data = std::move(data);
  return result;
}

std::vector<double> Standardized::on_original_scale(const std::vector<double>& w) const {
  std::vector<double> original = w;
  for (std::size_t j = 0; j < w.size(); ++j) {
    original[j] /= deviations[j];
    original[0] -= original[j] * means[j];
  }
  return original;
}

}  // namespace examples::regression
