#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/matrices.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor cholesky_of(const Tensor& a) { return evaluate(cholesky(constant(Graph(), a))); }

TEST_CASE("cholesky of a known matrix") {
  const Tensor l =
      cholesky_of(Tensor::from<double>({3, 3}, {4, 12, -16, 12, 37, -43, -16, -43, 98}));
  CHECK(l == Tensor::from<double>({3, 3}, {2, 0, 0, 6, 1, 0, -8, 5, 3}));
}

TEST_CASE("the factor of cholesky is lower triangular and multiplies back") {
  for (const std::int64_t n : {1, 2, 3, 7, 31, 32, 33, 64, 100, 130}) {
    CAPTURE(n);
    const Matrix a = positive_definite(n, static_cast<std::uint32_t>(n));
    const Matrix l = Matrix::of(cholesky_of(a.tensor()));
    CHECK(distance(l * l.transposed(), a) < 1e-14);
    for (std::int64_t i = 0; i < n; ++i) {
      CHECK(l.at(i, i) > 0);
      for (std::int64_t j = i + 1; j < n; ++j) CHECK(l.at(i, j) == 0);
    }
  }
}

TEST_CASE("cholesky takes the symmetric part") {
  const Tensor symmetric = Tensor::from<double>({2, 2}, {4, 2, 2, 5});
  CHECK(cholesky_of(Tensor::from<double>({2, 2}, {4, 3, 1, 5})) == cholesky_of(symmetric));
}

TEST_CASE("cholesky of f32 is computed in f64") {
  const Tensor a = positive_definite(40).tensor<float>();
  const Tensor l = cholesky_of(a);
  CHECK(same_bytes(l, Matrix::of(cholesky_of(Matrix::of(a).tensor())).tensor<float>()));
}

TEST_CASE("cholesky of a batch, in any blocks") {
  Tensor batch = Tensor::zeros(DType::f64, {3, 2, 20, 20});
  const auto elements = batch.mutable_data<double>();
  for (std::uint32_t i = 0; i < 6; ++i) {
    const Matrix a = positive_definite(20, i + 1);
    std::copy(a.values.begin(), a.values.end(), elements.begin() + i * 400);
  }
  const Output l = cholesky(constant(Graph(), batch));
  const Tensor made = evaluate(l);
  REQUIRE(made.shape() == batch.shape());
  for (std::int64_t i = 0; i < 6; ++i)
    CHECK(same_bytes(matrix_of(made, i).tensor(), cholesky_of(matrix_of(batch, i).tensor())));
  CHECK(same_for_all_splits(l, made));
}

TEST_CASE("cholesky of what is not positive definite names the pivot") {
  const auto failure = [](const Tensor& a) {
    return caught<ValueError>([&] { cholesky_of(a); }).info().message;
  };
  CHECK(failure(Tensor::from<double>({2, 2}, {1, 2, 2, 1})) ==
        "a [2, 2] is not positive definite: pivot 1 is -3");
  CHECK(failure(Tensor::zeros(DType::f32, {3, 3})) ==
        "a [3, 3] is not positive definite: pivot 0 is 0");
  CHECK(failure(Tensor::from<double>({2, 1, 2, 2}, {1, 0, 0, 1, 4, 0, 0, -0.5})) ==
        "a [2, 1, 2, 2] is not positive definite: pivot 1 of matrix [1, 0] is -0.5");
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(failure(Tensor::from<double>({2, 2, 2}, {1, 0, 0, 1, 1, infinity, 0, 1})) ==
        "a [2, 2, 2] holds an infinity at [1, 0, 1]");
}

TEST_CASE("what cholesky refuses") {
  const Graph graph;
  const auto refused = [&](DType dtype, const Shape& shape) {
    return caught<GraphError>([&] { cholesky(placeholder(graph, dtype, shape)); });
  };
  CHECK(refused(DType::f64, {2, 3}).info().message == "a [2, 3] has 2 rows and 3 columns");
  CHECK(refused(DType::f64, {2}).info().message ==
        "a has the shape [2], but a matrix has rank 2 or more");
  CHECK(refused(DType::i32, {2, 2}).code() == ErrorCode::dtype_mismatch);
  constexpr std::int64_t unknown = Shape::unknown;
  CHECK(cholesky(placeholder(graph, DType::f32, {unknown, unknown, 3})).shape() ==
        Shape{unknown, 3, 3});
}

}  // namespace
}  // namespace deft
