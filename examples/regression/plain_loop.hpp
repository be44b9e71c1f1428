#pragma once

#include <cstdint>
#include <vector>

#include "common/progress_bar.hpp"

namespace examples::regression {

/// The same gradient descent without a graph: the counterpart of the article's pure Python program.
/// Fits target[i] = sum over j of w[j] * columns[j][i], from w = 0. `T` is float or double.
template <class T>
std::vector<T> plain_loop(const std::vector<std::vector<T>>& columns, const std::vector<T>& target,
                          T learning_rate, std::int64_t epochs, ProgressBar& bar) {
  const std::size_t rows = target.size();
  const T two_over_rows = T(2) / static_cast<T>(rows);
  std::vector<T> w(columns.size());
  std::vector<T> error(rows);
  for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
    for (std::size_t i = 0; i < rows; ++i) error[i] = -target[i];
    for (std::size_t j = 0; j < columns.size(); ++j) {
      for (std::size_t i = 0; i < rows; ++i) error[i] += w[j] * columns[j][i];
    }
    for (std::size_t j = 0; j < columns.size(); ++j) {
      T sum = 0;
      for (std::size_t i = 0; i < rows; ++i) sum += error[i] * columns[j][i];
      w[j] -= learning_rate * (two_over_rows * sum);
    }
    bar.show(epoch);
  }
  return w;
}

}  // namespace examples::regression
