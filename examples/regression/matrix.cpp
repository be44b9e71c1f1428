#include "matrix.hpp"

#include <cstdint>

namespace examples::regression {
namespace {

template <deft::Element T>
deft::Tensor matrix_of(const std::vector<std::vector<double>>& columns) {
  const std::size_t rows = columns[0].size();
  std::vector<T> values;
  values.reserve(rows * columns.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (const std::vector<double>& column : columns) values.push_back(static_cast<T>(column[i]));
  }
  return deft::Tensor::from<T>(
      {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns.size())}, values);
}

}  // namespace

deft::Tensor matrix(const std::vector<std::vector<double>>& columns, deft::DType dtype) {
  return dtype == deft::DType::f32 ? matrix_of<float>(columns) : matrix_of<double>(columns);
}

}  // namespace examples::regression
