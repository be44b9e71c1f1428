#pragma once

#include <string>
#include <vector>

#include "dataset.hpp"

namespace examples::regression {

/// Data with an intercept whose features are moved to mean 0 and divided to variance 1. Columns of
/// one value, the intercept among them, are left as they are.
struct Standardized {
  Dataset data;
  std::vector<double> means;            // what was subtracted from each column, 0 if nothing
  std::vector<double> deviations;       // what each was divided by then, 1 if nothing
  std::vector<std::string> left_alone;  // features of one value

  /// The coefficients of the columns as they were for which the fit is that of `w` here.
  std::vector<double> on_original_scale(const std::vector<double>& w) const;
};

/// The variance is the mean of the squares. No intermediate result overflows.
Standardized standardize(Dataset data);

}  // namespace examples::regression
