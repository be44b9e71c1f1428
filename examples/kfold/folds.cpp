#include "folds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "common/errors.hpp"
#include "common/text.hpp"

namespace examples::kfold {
namespace {

using Rows = std::vector<std::size_t>;

struct Units {
  double mean = 0;
  double deviation = 1;
};

/// Of the rows `rows` of a column. That of equal numbers is exact: their deviations are all 0.
double mean_of(const std::vector<double>& column, const Rows& rows) {
  const double first = column[rows[0]];
  double sum = 0;
  for (const std::size_t i : rows) sum += column[i] - first;
  return first + sum / static_cast<double>(rows.size());
}

Units units_of(const std::vector<double>& column, const Rows& rows) {
  const double mean = mean_of(column, rows);
  double largest = 0;
  for (const std::size_t i : rows) largest = std::max(largest, std::fabs(column[i] - mean));
  if (largest == 0) return {mean, 1};
  // In a unit, a power of two, in which no square overflows or vanishes.
  const int exponent = std::isfinite(largest) ? std::ilogb(largest) : 0;
  double sum = 0;
  for (const std::size_t i : rows) {
    const double difference = std::ldexp(column[i] - mean, -exponent);
    sum += difference * difference;
  }
  return {mean, std::ldexp(std::sqrt(sum / static_cast<double>(rows.size())), exponent)};
}

/// Some rows of some columns, in the units of each column, as a tensor [rows, columns].
deft::Tensor in_units(const std::vector<const std::vector<double>*>& columns,
                      const std::vector<Units>& units, const Rows& rows) {
  std::vector<double> values;
  values.reserve(rows.size() * columns.size());
  for (const std::size_t i : rows) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      values.push_back(((*columns[j])[i] - units[j].mean) / units[j].deviation);
    }
  }
  return deft::Tensor::from<double>(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns.size())}, values);
}

}  // namespace

std::vector<Fold> split(std::size_t rows, std::size_t folds, NumpyRandom& random) {
  Rows order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = rows; left > 1; --left) {  // R. Durstenfeld's shuffle
    const auto pick = static_cast<std::size_t>(random.uniform() * static_cast<double>(left));
    std::swap(order[left - 1], order[pick]);
  }
  std::vector<std::size_t> fold_of(rows);
  for (std::size_t i = 0; i < rows; ++i) fold_of[order[i]] = i % folds;

  std::vector<Fold> result(folds);
  for (std::size_t f = 0; f < folds; ++f) {
    for (std::size_t i = 0; i < rows; ++i) {
      (fold_of[i] == f ? result[f].validation : result[f].training).push_back(i);
    }
  }
  return result;
}

FoldData standardize(const Dataset& data, const Fold& fold) {
  std::vector<const std::vector<double>*> features;
  std::vector<Units> units;
  for (std::size_t j = 0; j < data.features.size(); ++j) {
    features.push_back(&data.features[j]);
    units.push_back(units_of(data.features[j], fold.training));
    if (!std::isfinite(units[j].deviation)) {
      throw UserError("the feature " + quoted(data.names[j]) +
                      " is too large for its deviation to be a number; scale the data");
    }
  }
  const std::vector<Units> target_units{{mean_of(data.target, fold.training), 1}};
  return {in_units(features, units, fold.training),
          in_units({&data.target}, target_units, fold.training),
          in_units(features, units, fold.validation),
          in_units({&data.target}, target_units, fold.validation)};
}

}  // namespace examples::kfold
