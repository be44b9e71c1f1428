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

Tensor solved(const Tensor& a, const Tensor& b, const SolveOptions& options = {}) {
  const Graph graph;
  return evaluate(solve(constant(graph, a), constant(graph, b), options));
}

Tensor inverted(const Tensor& a) { return evaluate(inverse(constant(Graph(), a))); }

TEST_CASE("solve of known equations, which need an exchange of rows") {
  const Tensor a = Tensor::from<double>({3, 3}, {0, 2, 0, 4, 0, 0, 0, 8, 1});
  CHECK(solved(a, Tensor::from<double>({3, 1}, {2, 4, 10})) ==
        Tensor::from<double>({3, 1}, {1, 1, 2}));
  CHECK(solved(a, Tensor::from<double>({3, 1}, {4, 18, 2}), {.transpose = true}) ==
        Tensor::from<double>({3, 1}, {1, 1, 2}));
}

TEST_CASE("solve and inverse of matrices of many sizes") {
  for (const std::int64_t n : {1, 2, 3, 8, 31, 32, 33, 65, 100})
    for (const std::int64_t k : {1, 3, 40}) {
      CAPTURE(n);
      CAPTURE(k);
      const Matrix a = random_matrix(n, n, static_cast<std::uint32_t>(n));
      const Matrix x = random_matrix(n, k, 7);
      CHECK(distance(Matrix::of(solved(a.tensor(), (a * x).tensor())), x) < 1e-10);
      CHECK(distance(
                Matrix::of(solved(a.transposed().tensor(), (a * x).tensor(), {.transpose = true})),
                x) < 1e-10);
      const Matrix p = Matrix::of(inverted(a.tensor()));
      CHECK(distance(a * p, identity_matrix(n)) < 1e-10);
    }
}

TEST_CASE("solve of f32 is computed in f64") {
  const Tensor a = random_matrix(30, 30, 2).tensor<float>();
  const Tensor b = random_matrix(30, 4, 3).tensor<float>();
  const Tensor x = solved(a, b);
  REQUIRE(x.spec() == TensorSpec{DType::f32, {30, 4}});
  CHECK(same_bytes(
      x, Matrix::of(solved(Matrix::of(a).tensor(), Matrix::of(b).tensor())).tensor<float>()));
}

TEST_CASE("batches of solve and inverse broadcast, in any blocks") {
  const Graph graph;
  const Tensor a = random_tensor({3, 1, 20, 20}, 1);
  const Tensor b = random_tensor({2, 20, 5}, 2);
  const Output x = solve(constant(graph, a), constant(graph, b));
  const Tensor made = evaluate(x);
  REQUIRE(made.shape() == Shape{3, 2, 20, 5});
  for (std::int64_t i = 0; i < 6; ++i)
    CHECK(same_bytes(matrix_of(made, i).tensor(),
                     solved(matrix_of(a, i / 2).tensor(), matrix_of(b, i % 2).tensor())));
  CHECK(same_for_all_splits(x, made));
  const Tensor p = inverted(a);
  REQUIRE(p.shape() == a.shape());
  for (std::int64_t i = 0; i < 3; ++i)
    CHECK(same_bytes(matrix_of(p, i).tensor(), inverted(matrix_of(a, i).tensor())));
}

TEST_CASE("solve and inverse of a singular matrix fail the run") {
  const Tensor a = Tensor::from<double>({2, 2, 2}, {1, 0, 0, 1, 1, 2, 2, 4});
  const ValueError error = caught<ValueError>([&] {
    solved(a, Tensor::from<double>({2, 1}, {1, 1}));
  });
  CHECK(error.code() == ErrorCode::numeric);
  CHECK(error.info().message == "a [2, 2, 2] is singular: pivot 1 of matrix [1] is 0");
  CHECK(error.info().cure == "lstsq and pinv take matrices of any rank");
  CHECK(caught<ValueError>([&] { inverted(a); }).info().message == error.info().message);
  CHECK(caught<ValueError>([&] {
          inverted(Tensor::zeros(DType::f32, {2, 2}));
        })
            .info()
            .message == "a [2, 2] is singular: pivot 0 is 0");
}

TEST_CASE("solve refuses a matrix that is not finite, and hands on such a right side") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor one = Tensor::from<double>({1, 1}, {2});
  CHECK(caught<ValueError>([&] {
          solved(Tensor::from<double>({1, 1}, {nan}), one);
        })
            .info()
            .message == "a [1, 1] holds NaN at [0, 0]");
  const Tensor x = solved(one, Tensor::from<double>({1, 2}, {nan, 4}));
  CHECK(std::isnan(x.data<double>()[0]));
  CHECK(x.data<double>()[1] == 2);
}

TEST_CASE("what solve and inverse refuse") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f64, {2, 2});
  const Output wide = placeholder(graph, DType::f64, {2, 3});
  CHECK(caught<GraphError>([&] { inverse(wide); }).info().message ==
        "a [2, 3] has 2 rows and 3 columns");
  CHECK(caught<GraphError>([&] { solve(wide, a); }).code() == ErrorCode::shape_mismatch);
  CHECK(caught<GraphError>([&] {
          solve(a, placeholder(graph, DType::f64, {3, 1}));
        })
            .info()
            .message == "a [2, 2] has 2 rows, b [3, 1] has 3");
  CHECK(caught<GraphError>([&] {
          solve(a, placeholder(graph, DType::f32, {2, 1}));
        }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
