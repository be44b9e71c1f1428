#include "regression/matrix.hpp"

#include <doctest/doctest.h>

namespace examples::regression {

TEST_CASE("columns become a tensor, row by row") {
  const std::vector<std::vector<double>> columns = {{1, 2, 3}, {0.1, 0.2, 0.3}};
  CHECK(matrix(columns, deft::DType::f64) ==
        deft::Tensor::from<double>({3, 2}, {1, 0.1, 2, 0.2, 3, 0.3}));
  CHECK(matrix(columns, deft::DType::f32) ==
        deft::Tensor::from<float>({3, 2}, {1, 0.1F, 2, 0.2F, 3, 0.3F}));
}

}  // namespace examples::regression
