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

/// The triangle of a that an operation with these options solves with, and NaN or infinity where it
/// must not read.
struct Triangles {
  Matrix meant;
  Matrix given;
};

Triangles triangles(std::int64_t n, const TriangularSolveOptions& options) {
  Triangles t{random_matrix(n, n, 3), Matrix(n, n)};
  for (std::int64_t i = 0; i < n; ++i) {
    t.meant.at(i, i) = options.unit_diagonal ? 1 : 3 + 0.1 * static_cast<double>(i);
    for (std::int64_t j = 0; j < n; ++j) {
      if (options.lower ? j > i : j < i) t.meant.at(i, j) = 0;
      if (i != j) t.meant.at(i, j) /= static_cast<double>(n);
    }
  }
  t.given = t.meant;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      if ((options.lower ? j > i : j < i) || (i == j && options.unit_diagonal))
        t.given.at(i, j) = j % 2 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                      : std::numeric_limits<double>::infinity();
  if (options.transpose) t.meant = t.meant.transposed();
  return t;
}

Tensor solved(const Tensor& a, const Tensor& b, const TriangularSolveOptions& options = {}) {
  const Graph graph;
  return evaluate(triangular_solve(constant(graph, a), constant(graph, b), options));
}

TEST_CASE("triangular_solve reads one triangle and solves with it") {
  for (const std::int64_t n : {1, 2, 5, 32, 33, 70, 100})
    for (const std::int64_t k : {1, 2, 8, 37})
      for (const int flags : {0, 1, 2, 3, 4, 5, 6, 7}) {
        const TriangularSolveOptions options{.lower = (flags & 1) != 0,
                                             .transpose = (flags & 2) != 0,
                                             .unit_diagonal = (flags & 4) != 0};
        CAPTURE(n);
        CAPTURE(k);
        CAPTURE(flags);
        const Triangles t = triangles(n, options);
        const Matrix b = random_matrix(n, k, 5);
        const Matrix x = Matrix::of(solved(t.given.tensor(), b.tensor(), options));
        CHECK(distance(t.meant * x, b) < 1e-14);
      }
}

TEST_CASE("batches of triangular_solve broadcast") {
  const Tensor a = Tensor::from<double>({2, 1, 1, 1}, {2, 4});
  const Tensor b = Tensor::from<double>({3, 1, 2}, {8, 16, 24, 32, 40, 48});
  CHECK(solved(a, b) ==
        Tensor::from<double>({2, 3, 1, 2}, {4, 8, 12, 16, 20, 24, 2, 4, 6, 8, 10, 12}));
}

TEST_CASE("NaN and infinity of the right side stay in their column") {
  Matrix b(2, 3);
  b.values = {
      1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 2, 2,
      2};
  const Matrix x = Matrix::of(solved(Tensor::from<double>({2, 2}, {1, 0, 1, 1}), b.tensor()));
  CHECK(x.at(0, 0) == 1);
  CHECK(x.at(1, 0) == 1);
  CHECK(std::isnan(x.at(1, 1)));
  CHECK(x.at(1, 2) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("a zero on the diagonal of a triangle fails the run") {
  const Tensor ones = Tensor::from<float>({2, 2, 1}, {1, 1, 1, 1});
  const Tensor a = Tensor::from<float>({2, 2, 2}, {1, 0, 2, 1, 1, 0, 2, 0});
  const ValueError error = caught<ValueError>([&] { solved(a, ones); });
  CHECK(error.code() == ErrorCode::numeric);
  CHECK(error.info().message == "a [2, 2, 2] is singular: pivot 1 of matrix [1] is 0");
  CHECK_NOTHROW(solved(a, ones, {.unit_diagonal = true}));
  CHECK(caught<ValueError>([&] {
          solved(Tensor::from<double>({1, 1}, {std::numeric_limits<double>::quiet_NaN()}),
                 Tensor::from<double>({1, 1}, {1}));
        })
            .info()
            .message == "a [1, 1] holds NaN at [0, 0]");
}

TEST_CASE("what triangular_solve refuses") {
  const Graph graph;
  const auto refused = [&](const Shape& a, const Shape& b) {
    return caught<GraphError>([&] {
             triangular_solve(placeholder(graph, DType::f64, a), placeholder(graph, DType::f64, b));
           })
        .info()
        .message;
  };
  CHECK(refused({2, 3}, {2, 1}) == "a [2, 3] has 2 rows and 3 columns");
  CHECK(refused({2, 2}, {3, 1}) == "a [2, 2] has 2 rows, b [3, 1] has 3");
  CHECK(refused({2, 2}, {2}) == "b has the shape [2], but a matrix has rank 2 or more");
  CHECK(refused({2, 2, 2}, {3, 2, 1}).find("the batches [2] and [3]") == 0);
  constexpr std::int64_t unknown = Shape::unknown;
  CHECK(triangular_solve(placeholder(graph, DType::f64, {unknown, unknown}),
                         placeholder(graph, DType::f64, {5, unknown, 3, 2}))
            .shape() == Shape{5, unknown, 3, 2});
}

}  // namespace
}  // namespace deft
