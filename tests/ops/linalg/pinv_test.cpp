#include <cmath>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/matrices.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// The four conditions of R. Penrose, "A generalized inverse for matrices" (1955), which have one
/// solution: how far `p` is from each, as a fraction.
double penrose_error(const Matrix& a, const Matrix& p) {
  const Matrix ap = a * p;
  const Matrix pa = p * a;
  const double errors[] = {distance(ap * a, a), distance(pa * p, p), distance(ap.transposed(), ap),
                           distance(pa.transposed(), pa)};
  return largest_magnitude(errors);
}

TEST_CASE("pinv meets the conditions that define it") {
  std::uint32_t seed = 1;
  for (const auto& size : {std::pair{1, 1},
                           {1, 7},
                           {7, 1},
                           {3, 2},
                           {2, 3},
                           {4, 4},
                           {20, 6},
                           {6, 20},
                           {30, 30},
                           {60, 40},
                           {40, 60}}) {
    const int m = size.first;
    const int n = size.second;
    for (int rank = std::min(m, n); rank > 0; rank -= 1 + rank / 3) {
      CAPTURE(m);
      CAPTURE(n);
      CAPTURE(rank);
      const Matrix a = random_matrix_of_rank(m, n, rank, seed++);
      const Matrix p = pinv_of(a);
      CHECK(p.rows == n);
      CHECK(p.columns == m);
      CHECK(penrose_error(a, p) < 1e-9);
    }
  }
}

TEST_CASE("pinv of matrices whose inverse is known") {
  Matrix a(2, 2);
  a.values = {1, 2, 3, 4};
  Matrix inverse(2, 2);
  inverse.values = {-2, 1, 1.5, -0.5};
  CHECK(distance(pinv_of(a), inverse) < 1e-14);

  Matrix ones(3, 2);  // of rank 1
  ones.values = {1, 1, 1, 1, 1, 1};
  const Matrix p = pinv_of(ones);
  for (const double value : p.values) CHECK(value == doctest::Approx(1.0 / 6).epsilon(1e-14));

  CHECK(largest_difference(pinv_of(Matrix(3, 2)), Matrix(2, 3)) == 0);
}

TEST_CASE("pinv counts singular values up to 1e-15 of the largest as zero") {
  Matrix diagonal(2, 2);
  diagonal.values = {4, 0, 0, 4e-14};
  CHECK(pinv_of(diagonal).at(1, 1) == doctest::Approx(2.5e13).epsilon(1e-12));
  diagonal.values = {4, 0, 0, 3e-15};
  CHECK(pinv_of(diagonal).at(0, 0) == 0.25);
  CHECK(pinv_of(diagonal).at(1, 1) == 0);
}

TEST_CASE("pinv of very large and very small matrices") {
  for (const auto& [m, n] : {std::pair{5, 3}, {3, 5}, {4, 4}}) {
    const Matrix a = random_matrix(m, n, 7);
    const Matrix p = pinv_of(a);
    for (const int exponent : {1000, -1000, 1020}) {
      const double scale = std::ldexp(1.0, exponent);
      CHECK(distance((scale / 4) * pinv_of((scale / 4) * a), p) < 1e-12);
    }
  }
  Matrix tiny(1, 1);
  tiny.values = {1e-308};
  CHECK(pinv_of(tiny).values[0] == doctest::Approx(1e308).epsilon(1e-12));
}

TEST_CASE("pinv of f32 is computed in f64") {
  const Matrix a = random_matrix(9, 4);
  const Tensor rounded = a.tensor<float>();
  const Tensor p = evaluate(pinv(constant(Graph(), rounded)));
  REQUIRE(p.spec() == TensorSpec{DType::f32, {4, 9}});
  CHECK(same_bytes(p, pinv_of(Matrix::of(rounded)).tensor<float>()));
}

TEST_CASE("pinv of matrices without elements") {
  for (const Shape& shape : {Shape{0, 3}, Shape{3, 0}, Shape{0, 0}}) {
    const Tensor p = evaluate(pinv(constant(Graph(), Tensor::zeros(DType::f64, shape))));
    CHECK(p.shape() == Shape{shape[1], shape[0]});
  }
}

TEST_CASE("pinv of a batch, in any blocks") {
  const Tensor a = random_tensor({2, 3, 5, 4});
  const Output p = pinv(constant(Graph(), a));
  const Tensor made = evaluate(p);
  REQUIRE(made.shape() == Shape{2, 3, 4, 5});
  for (std::int64_t i = 0; i < 6; ++i)
    CHECK(same_bytes(matrix_of(made, i).tensor(), pinv_of(matrix_of(a, i)).tensor()));
  CHECK(same_for_all_splits(p, made));
  Tensor with_nan = cast_to_f32(a);
  with_nan.mutable_data<float>()[4 * 20 + 7] = std::numeric_limits<float>::quiet_NaN();
  CHECK(caught<ValueError>([&] { evaluate(pinv(constant(Graph(), with_nan))); }).info().message ==
        "a [2, 3, 5, 4] holds NaN at [1, 1, 1, 3]");
}

TEST_CASE("pinv of a matrix that is not finite fails the run") {
  Matrix a = random_matrix(4, 3);
  a.at(2, 1) = std::numeric_limits<double>::quiet_NaN();
  const ValueError nan = caught<ValueError>([&] { pinv_of(a); });
  CHECK(nan.code() == ErrorCode::numeric);
  CHECK(nan.info().message == "a [4, 3] holds NaN at [2, 1]");
  a.at(2, 1) = -std::numeric_limits<double>::infinity();
  CHECK(caught<ValueError>([&] { pinv_of(a); }).info().message ==
        "a [4, 3] holds an infinity at [2, 1]");
}

TEST_CASE("what pinv refuses") {
  const Graph graph;
  const auto refused = [&](DType dtype, const Shape& shape) {
    return caught<GraphError>([&] { pinv(placeholder(graph, dtype, shape)); });
  };
  CHECK(refused(DType::f64, {3}).info().message ==
        "a has the shape [3], but a matrix has rank 2 or more");
  CHECK(refused(DType::i64, {3, 3}).code() == ErrorCode::dtype_mismatch);
  CHECK(pinv(placeholder(graph, DType::f32, {Shape::unknown, 3})).shape() ==
        Shape{3, Shape::unknown});
}

}  // namespace
}  // namespace deft
