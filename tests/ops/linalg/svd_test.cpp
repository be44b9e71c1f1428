#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

struct Made {
  Matrix u;
  std::vector<double> s;
  Matrix v;
};

Made svd_of(const Matrix& a) {
  const auto [u, s, v] = svd(constant(Graph(), a.tensor()));
  const Tensor values = evaluate(s);
  const auto elements = values.data<double>();
  return {Matrix::of(evaluate(u)), {elements.begin(), elements.end()}, Matrix::of(evaluate(v))};
}

TEST_CASE("svd of a known matrix") {
  Matrix a(2, 3);
  a.values = {3, 0, 0, 0, 0, -4};
  const Made made = svd_of(a);
  CHECK(made.s == std::vector<double>{4, 3});
  CHECK(made.u.values == std::vector<double>{0, 1, 1, 0});
  CHECK(made.v.values == std::vector<double>{0, 1, 0, 0, -1, 0});
}

TEST_CASE("singular vectors are orthonormal, make the matrix, and point up") {
  std::uint32_t seed = 1;
  for (const auto& size : {std::pair{1, 1}, {1, 5}, {5, 1}, {3, 3}, {20, 6}, {6, 20}, {40, 40}})
    for (int rank = std::min(size.first, size.second); rank > 0; rank -= 1 + rank / 2) {
      CAPTURE(size.first);
      CAPTURE(size.second);
      CAPTURE(rank);
      const Matrix a = random_matrix_of_rank(size.first, size.second, rank, seed++);
      const auto [u, s, v] = svd_of(a);
      const std::int64_t k = std::min(size.first, size.second);
      CHECK(std::is_sorted(s.rbegin(), s.rend()));
      CHECK(s.back() >= 0);
      CHECK(largest_difference(u.transposed() * u, identity_matrix(k)) < 1e-13);
      CHECK(largest_difference(v.transposed() * v, identity_matrix(k)) < 1e-13);
      CHECK(distance(u * diagonal_matrix(s) * v.transposed(), a) < 1e-13);
      for (std::int64_t j = 0; j < k; ++j) {
        double largest = 0;
        for (std::int64_t i = 0; i < u.rows; ++i)
          if (std::abs(u.at(i, j)) > std::abs(largest)) largest = u.at(i, j);
        CHECK(largest > 0);
      }
    }
}

TEST_CASE("svd of zeros and of dependent columns is complete") {
  Matrix with_zeros(5, 4);
  for (std::int64_t i = 0; i < 5; ++i) with_zeros.at(i, 2) = static_cast<double>(i) - 1;
  Matrix graded = random_matrix(6, 6);
  for (std::int64_t i = 0; i < 6; ++i)
    for (std::int64_t j = 0; j < 6; ++j)
      graded.at(i, j) *= std::ldexp(1.0, -200 * static_cast<int>(j));
  for (const Matrix& a : {Matrix(3, 3), Matrix(2, 4), with_zeros, with_zeros.transposed(), graded,
                          random_matrix_of_rank(150, 120, 7)}) {
    const auto [u, s, v] = svd_of(a);
    const std::int64_t k = std::min(a.rows, a.columns);
    CHECK(largest_difference(u.transposed() * u, identity_matrix(k)) < 1e-13);
    CHECK(largest_difference(v.transposed() * v, identity_matrix(k)) < 1e-13);
    CHECK(largest_difference(u * diagonal_matrix(s) * v.transposed(), a) < 1e-13 * (1 + a.norm()));
  }
  Matrix huge(1, 1);
  huge.values = {-1e308};
  CHECK(svd_of(huge).s[0] == 1e308);
  CHECK(svd_of(huge).v.values[0] == -1);
}

TEST_CASE("singular values far below the largest keep their digits") {
  const std::vector<double> values = {1, 1e-10, 1e-20, 1e-30};
  CHECK(svd_of(diagonal_matrix(values)).s == values);
}

TEST_CASE("svd of a batch of f32, in any blocks") {
  const Tensor a = cast_to_f32(random_tensor({4, 6, 3}));
  const auto [u, s, v] = svd(constant(Graph(), a));
  REQUIRE(evaluate(u).spec() == TensorSpec{DType::f32, {4, 6, 3}});
  REQUIRE(evaluate(s).spec() == TensorSpec{DType::f32, {4, 3}});
  REQUIRE(evaluate(v).spec() == TensorSpec{DType::f32, {4, 3, 3}});
  const Tensor of_v = evaluate(v);
  for (std::int64_t i = 0; i < 4; ++i) {
    const Output alone = svd(constant(Graph(), matrix_of(a, i).tensor<float>())).v;
    CHECK(same_bytes(evaluate(alone), matrix_of(of_v, i).tensor<float>()));
  }
  CHECK(same_for_all_splits(u, evaluate(u)));
  CHECK(same_for_all_splits(v, of_v));
}

TEST_CASE("equal singular values have a gradient, and their vectors none") {
  const Graph graph;
  const Output a = constant(graph, identity_matrix(2).tensor());
  const auto made = svd(a);
  CHECK(evaluate(gradients({reduce_sum(made.s)}, {a}).at(0)) == identity_matrix(2).tensor());
  const Output seed = constant(graph, Tensor::from<double>({2, 2}, {1, 2, 3, 4}));
  const Tensor of_vectors = evaluate(gradients({made.u}, {a}, {.grad_ys = {seed}}).at(0));
  REQUIRE(of_vectors.shape() == Shape{2, 2});
  for (const double value : of_vectors.data<double>()) CHECK_FALSE(std::isfinite(value));
}

TEST_CASE("matrix_rank counts singular values over eps times the longer side") {
  const Graph graph;
  Tensor a = Tensor::zeros(DType::f64, {4, 3, 2});
  const auto elements = a.mutable_data<double>();
  const double rows[4][2] = {{1, 1}, {1, 5e-16}, {1, 8e-16}, {0, 0}};  // 3 * eps is 6.7e-16
  for (std::size_t i = 0; i < 4; ++i) {
    elements[i * 6] = rows[i][0];
    elements[i * 6 + 3] = rows[i][1];
  }
  CHECK(evaluate(matrix_rank(constant(graph, a))) == Tensor::from<std::int64_t>({4}, {2, 1, 2, 0}));
  for (const Shape& shape : {Shape{2, 0}, Shape{0, 2}})
    CHECK(evaluate(matrix_rank(constant(graph, Tensor::zeros(DType::f32, shape)))) ==
          Tensor::scalar(std::int64_t{0}));
}

TEST_CASE("what svd refuses") {
  const Graph graph;
  CHECK(caught<GraphError>([&] { svd(placeholder(graph, DType::f64, {3})); }).info().message ==
        "a has the shape [3], but a matrix has rank 2 or more");
  CHECK(caught<GraphError>([&] {
          svd(placeholder(graph, DType::boolean, {3, 3}));
        }).code() == ErrorCode::dtype_mismatch);
  Matrix a(1, 1);
  a.values = {std::numeric_limits<double>::quiet_NaN()};
  CHECK(caught<ValueError>([&] { svd_of(a); }).info().message == "a [1, 1] holds NaN at [0, 0]");
  CHECK(svd(placeholder(graph, DType::f32, {Shape::unknown, 3})).u.shape() ==
        Shape{Shape::unknown, Shape::unknown});
}

}  // namespace
}  // namespace deft
