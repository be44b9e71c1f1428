#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/files/csv.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/data_path.hpp"
#include "support/matrices.hpp"
#include "support/ops/evaluate.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

struct Points {
  std::vector<double> x, y;
};

/// The columns x and y of a file of tests/data.
Points read_points(const std::string& name) {
  const auto column = [&](const char* of) {
    return read_csv(data_path(name), {.columns = {of}}).values.to<double>();
  };
  return {column("x"), column("y")};
}

// NIST, Statistical Reference Datasets, linear regression: Norris, of lower difficulty, and NoInt1,
// of average difficulty.

TEST_CASE("lstsq and pinv on Norris") {
  const Points points = read_points("norris.csv");
  const auto rows = static_cast<std::int64_t>(points.x.size());
  REQUIRE(rows == 36);
  Matrix a(rows, 2);
  Matrix b(rows, 1);
  for (std::int64_t i = 0; i < rows; ++i) {
    a.at(i, 0) = 1;
    a.at(i, 1) = points.x[static_cast<std::size_t>(i)];
    b.at(i, 0) = points.y[static_cast<std::size_t>(i)];
  }
  const Matrix x = lstsq_of(a, b);
  CHECK(digits(x.at(0, 0), -0.262323073774029) > 13.5);
  CHECK(digits(x.at(1, 0), 1.00211681802045) > 13.5);
  const Matrix by_inverse = pinv_of(a) * b;
  CHECK(digits(by_inverse.at(0, 0), -0.262323073774029) > 12);
  CHECK(digits(by_inverse.at(1, 0), 1.00211681802045) > 12);
}

TEST_CASE("lstsq and pinv on NoInt1") {
  const Points points = read_points("noint1.csv");
  const auto rows = static_cast<std::int64_t>(points.x.size());
  REQUIRE(rows == 11);
  Matrix a(rows, 1);
  Matrix b(rows, 1);
  a.values = points.x;
  b.values = points.y;
  CHECK(digits(lstsq_of(a, b).values[0], 2.07438016528926) > 13.5);
  CHECK(digits((pinv_of(a) * b).values[0], 2.07438016528926) > 13);
}

TEST_CASE("lstsq gives what pinv gives, for every shape and rank") {
  std::uint32_t seed = 1;
  for (const auto& size : {std::pair{1, 1},
                           {1, 6},
                           {6, 1},
                           {5, 2},
                           {2, 5},
                           {4, 4},
                           {20, 7},
                           {7, 20},
                           {60, 40},
                           {40, 60}}) {
    const int m = size.first;
    const int n = size.second;
    for (int rank = std::min(m, n); rank > 0; rank -= 1 + rank / 3)
      for (const int k : {1, 3}) {
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(rank);
        const Matrix a = random_matrix_of_rank(m, n, rank, seed++);
        const Matrix b = random_matrix(m, k, seed++);
        const Matrix x = lstsq_of(a, b);
        CHECK(x.rows == n);
        CHECK(x.columns == k);
        CHECK(distance(x, pinv_of(a) * b) < 1e-9);
      }
  }
}

/// a = [1, eps/2 + 1; ...] has cond(a) near 1e8: errors of a plain solution grow with the square of
/// that times the residual, here 1.
TEST_CASE("refinement keeps the digits of an ill-conditioned problem") {
  const double step = std::ldexp(1.0, -26);
  Matrix a(3, 2);
  a.values = {1, 1, 1, 1 + step, 1, 1 - step};
  // b = a (1, 1) + (-2, 1, 1), which is orthogonal to both columns
  Matrix b(3, 1);
  b.values = {2 - 2, 2 + step + 1, 2 - step + 1};
  const Matrix x = lstsq_of(a, b);
  CHECK(std::abs(x.at(0, 0) - 1) < 1e-7);
  CHECK(std::abs(x.at(1, 0) - 1) < 1e-7);
}

TEST_CASE("lstsq of a wide matrix is the shortest solution") {
  Matrix a(1, 2);
  a.values = {3, 4};
  Matrix b(1, 1);
  b.values = {50};
  const Matrix x = lstsq_of(a, b);
  CHECK(x.at(0, 0) == doctest::Approx(6).epsilon(1e-15));
  CHECK(x.at(1, 0) == doctest::Approx(8).epsilon(1e-15));
}

TEST_CASE("lstsq cuts by dtype and dimensions") {
  const auto solve = [](const Tensor& a) {
    const Graph graph;
    const Tensor b = Matrix::of(Tensor::from<double>({2, 1}, {1, 1})).tensor<float>();
    const Tensor x = evaluate(lstsq(constant(graph, a), constant(graph, b)));
    return x.data<float>()[1];
  };
  CHECK(solve(Tensor::from<float>({2, 2}, {1, 0, 0, 3e-7F})) > 3e6F);
  CHECK(solve(Tensor::from<float>({2, 2}, {1, 0, 0, 2e-7F})) == 0);  // eps * 2 is 2.4e-7

  Matrix diagonal(2, 2);
  diagonal.values = {1, 0, 0, 5e-16};
  Matrix b(2, 1);
  b.values = {1, 1};
  CHECK(lstsq_of(diagonal, b).at(1, 0) == doctest::Approx(2e15));
  diagonal.values = {1, 0, 0, 4e-16};
  CHECK(lstsq_of(diagonal, b).at(1, 0) == 0);
}

TEST_CASE("lstsq of very large and very small matrices") {
  for (const auto& [m, n] : {std::pair{6, 3}, {3, 6}}) {
    const Matrix a = random_matrix(m, n, 5);
    const Matrix b = random_matrix(m, 2, 6);
    const Matrix x = lstsq_of(a, b);
    const double large = std::ldexp(1.0, 1000);
    const double small = std::ldexp(1.0, -1000);
    CHECK(distance(lstsq_of(large * a, large * b), x) < 1e-12);
    CHECK(distance(lstsq_of(small * a, small * b), x) < 1e-12);
    CHECK(distance(large * lstsq_of(large * a, b), x) < 1e-12);
  }
}

TEST_CASE("lstsq of matrices without elements, and of zeros") {
  for (const auto& [m, n, k] : {std::array{0, 3, 2}, {3, 0, 2}, {3, 2, 0}, {0, 0, 0}, {3, 2, 2}}) {
    const Matrix x = lstsq_of(Matrix(m, n), random_matrix(m, k));
    CHECK(x.rows == n);
    CHECK(x.columns == k);
    for (const double value : x.values) CHECK(value == 0);
  }
}

TEST_CASE("batches of lstsq broadcast, in any blocks") {
  const Graph graph;
  const Tensor a = random_tensor({2, 1, 6, 3}, 1);
  const Tensor b = random_tensor({3, 6, 2}, 2);
  const Output x = lstsq(constant(graph, a), constant(graph, b));
  const Tensor made = evaluate(x);
  REQUIRE(made.shape() == Shape{2, 3, 3, 2});
  for (std::int64_t i = 0; i < 6; ++i)
    CHECK(same_bytes(matrix_of(made, i).tensor(),
                     lstsq_of(matrix_of(a, i / 3), matrix_of(b, i % 3)).tensor()));
  CHECK(same_for_all_splits(x, made));
}

TEST_CASE("lstsq_full says how far to trust the solution") {
  const Graph graph;
  // Columns 1, x and 2 - x: of rank 2. The second matrix is of rank 3.
  const Output a =
      constant(graph, Tensor::from<double>({2, 4, 3}, {1, 0, 2, 1, 1, 1, 1, 2, 0, 1, 3, -1,  //
                                                       1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
  const Output b = constant(graph, Tensor::from<double>({4, 1}, {1, 2, 2, 3}));
  const LeastSquares fit = lstsq_full(a, b, {.name = "fit"});
  CHECK(fit.solution.name() == "fit");
  CHECK(evaluate(fit.solution) == evaluate(lstsq(a, b)));
  CHECK(evaluate(fit.rank) == Tensor::from<std::int64_t>({2}, {2, 3}));
  const Tensor residual = evaluate(fit.residual);
  REQUIRE(residual.shape() == Shape{2, 1});
  CHECK(residual.data<double>()[0] == doctest::Approx(0.2).epsilon(1e-13));
  CHECK(residual.data<double>()[1] == doctest::Approx(9).epsilon(1e-13));
  const Tensor values = evaluate(fit.singular_values);
  REQUIRE(values.shape() == Shape{2, 3});
  CHECK(values.data<double>()[3] == doctest::Approx(3).epsilon(1e-14));
  CHECK(values.data<double>()[5] == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("lstsq of what is not finite fails the run") {
  Matrix a = random_matrix(4, 3);
  Matrix b = random_matrix(4, 2);
  b.at(3, 1) = std::numeric_limits<double>::infinity();
  const ValueError in_b = caught<ValueError>([&] { lstsq_of(a, b); });
  CHECK(in_b.code() == ErrorCode::numeric);
  CHECK(in_b.info().message == "b [4, 2] holds an infinity at [3, 1]");
  a.at(0, 2) = std::numeric_limits<double>::quiet_NaN();
  CHECK(caught<ValueError>([&] { lstsq_of(a, b); }).info().message ==
        "a [4, 3] holds NaN at [0, 2]");
}

TEST_CASE("what lstsq refuses") {
  const Graph graph;
  const auto refused = [&](const Shape& a, const Shape& b, DType dtype_of_b) {
    return caught<GraphError>(
        [&] { lstsq(placeholder(graph, DType::f64, a), placeholder(graph, dtype_of_b, b)); });
  };
  CHECK(refused({4, 3}, {5, 1}, DType::f64).info().message ==
        "a [4, 3] has 4 rows, b [5, 1] has 5");
  CHECK(refused({4, 3}, {4}, DType::f64).info().message ==
        "b has the shape [4], but a matrix has rank 2 or more");
  CHECK(refused({2, 4, 3}, {3, 4, 1}, DType::f64).code() == ErrorCode::shape_mismatch);
  CHECK(refused({4, 3}, {4, 1}, DType::f32).code() == ErrorCode::dtype_mismatch);
  CHECK(lstsq(placeholder(graph, DType::f32, {Shape::unknown, 3}),
              placeholder(graph, DType::f32, {7, Shape::unknown}))
            .shape() == Shape{3, Shape::unknown});
}

}  // namespace
}  // namespace deft
