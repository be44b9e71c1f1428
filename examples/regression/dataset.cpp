#include "dataset.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "article_data.hpp"
#include "common/errors.hpp"
#include "common/numbers.hpp"
#include "common/table.hpp"
#include "common/text.hpp"

namespace examples::regression {
namespace {

void add_powers(Dataset& data, int degree) {
  if (degree == 1) return;
  if (data.features() != 1) {
    throw UserError("--degree " + std::to_string(degree) + " needs data with one feature, not " +
                    std::to_string(data.features()));
  }
  const std::string name = data.names.back();
  const std::vector<double> x = data.columns.back();
  for (int k = 2; k <= degree; ++k) {
    std::vector<double> power(x.size());
    std::transform(x.begin(), x.end(), power.begin(), [k](double v) { return std::pow(v, k); });
    data.names.push_back(name + "^" + std::to_string(k));
    data.columns.push_back(std::move(power));
  }
}

void check_fits(const std::vector<double>& column, const std::string& name, deft::DType dtype) {
  const double largest = dtype == deft::DType::f32 ? std::numeric_limits<float>::max()
                                                   : std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (std::fabs(column[i]) <= largest) continue;
    throw UserError("row " + std::to_string(i + 1) + " of " + quoted(name) + " is " +
                    shortest(column[i]) + ", which does not fit " +
                    std::string(deft::to_string(dtype)) + "; scale the data");
  }
}

}  // namespace

Dataset make_dataset(Table table, const Options& options, const std::string& source) {
  const std::size_t target = find_target(table, options.target, source);
  Dataset data;
  data.intercept = options.intercept;
  if (options.intercept) {
    data.names.emplace_back("intercept");
    data.columns.emplace_back(table.columns[target].size(), 1.0);
  }
  for (std::size_t j = 0; j < table.names.size(); ++j) {
    if (j == target) continue;
    data.names.push_back(std::move(table.names[j]));
    data.columns.push_back(std::move(table.columns[j]));
  }
  data.target_name = std::move(table.names[target]);
  data.target = std::move(table.columns[target]);

  add_powers(data, options.degree);
  if (data.rows() < data.coefficients()) {
    throw UserError("too few rows in " + source + ": " + std::to_string(data.rows()) + " for " +
                    std::to_string(data.coefficients()) + " coefficients");
  }
  for (std::size_t j = 0; j < data.coefficients(); ++j) {
    check_fits(data.columns[j], data.names[j], options.dtype);
  }
  check_fits(data.target, data.target_name, options.dtype);
  return data;
}

Dataset load_dataset(const Options& options) {
  if (options.data.empty()) {
    return make_dataset(article_data(options.rows), options, "the generated data");
  }
  const std::string source = printable(options.data, 200);
  return make_dataset(read_table(options.data), options, source);
}

}  // namespace examples::regression
