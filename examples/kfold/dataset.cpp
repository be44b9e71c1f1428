#include "dataset.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/errors.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

namespace examples::kfold {
namespace {

/// Throws UserError unless every fold gets a row, and the tensors of all folds fit a machine.
void check_size(std::size_t rows, std::size_t features, const Options& options) {
  const auto folds = static_cast<std::size_t>(options.folds);
  if (rows < folds) {
    throw UserError("--folds: " + std::to_string(folds) + " folds need as many rows; there are " +
                    std::to_string(rows));
  }
  constexpr double max_numbers = 5e8;  // 4 GB
  const double numbers = static_cast<double>(rows) * static_cast<double>(features + 1);
  if (static_cast<double>(folds) * numbers > max_numbers) {
    throw UserError(std::to_string(folds) + " folds of " + std::to_string(rows) + " rows and " +
                    std::to_string(features) + " features take more than 4 GB");
  }
}

Dataset read_dataset(const Options& options) {
  const std::string source = printable(options.data, 200);
  Table table = read_table(options.data);
  const std::size_t target = find_target(table, options.target, source);
  check_size(table.columns[target].size(), table.names.size() - 1, options);
  Dataset data;
  for (std::size_t j = 0; j < table.names.size(); ++j) {
    if (j == target) continue;
    data.names.push_back(std::move(table.names[j]));
    data.features.push_back(std::move(table.columns[j]));
  }
  data.target = std::move(table.columns[target]);
  const auto differs = [&](double value) { return value != data.target[0]; };
  if (std::none_of(data.target.begin(), data.target.end(), differs)) {
    throw UserError("the target " + quoted(table.names[target]) + " of " + source +
                    " has the same value in every row; there is nothing to fit");
  }
  return data;
}

}  // namespace

Dataset generate_dataset(std::size_t rows, std::size_t features, NumpyRandom& random) {
  Dataset data;
  std::vector<double> weights(features);
  const double size = 1.0 / std::sqrt(static_cast<double>(features));
  for (std::size_t j = 0; j < features; ++j) {
    weights[j] = size * random.normal();
    data.names.push_back("x" + std::to_string(j + 1));
    data.features.emplace_back(rows);
  }
  for (std::size_t i = 0; i < rows; ++i) {
    double target = 1.0 + random.normal();
    for (std::size_t j = 0; j < features; ++j) {
      data.features[j][i] = random.normal();
      target += weights[j] * data.features[j][i];
    }
    data.target.push_back(target);
  }
  return data;
}

Dataset load_dataset(const Options& options, NumpyRandom& random) {
  if (!options.data.empty()) return read_dataset(options);
  const auto rows = static_cast<std::size_t>(options.rows);
  const auto features = static_cast<std::size_t>(options.features);
  check_size(rows, features, options);
  return generate_dataset(rows, features, random);
}

}  // namespace examples::kfold
