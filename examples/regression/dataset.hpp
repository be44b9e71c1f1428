#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"
#include "options.hpp"

namespace examples::regression {

/// What is fitted: target[i] = sum over j of w[j] * columns[j][i]. An intercept is a first column
/// of ones.
struct Dataset {
  std::vector<std::string> names;            // one per column
  std::vector<std::vector<double>> columns;  // [coefficient][row]
  std::string target_name;
  std::vector<double> target;  // [row]
  bool intercept = true;

  std::size_t rows() const { return target.size(); }
  std::size_t coefficients() const { return columns.size(); }
  std::size_t features() const { return coefficients() - (intercept ? 1 : 0); }
};

/// The data of the user's file or, without one, the article's. Throws UserError.
Dataset load_dataset(const Options& options);

/// The target column and the features that `options` ask for, out of `table`; `source` names it in
/// errors. Throws UserError.
Dataset make_dataset(Table table, const Options& options, const std::string& source);

}  // namespace examples::regression
