#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

struct Made {
  Tensor values;
  Tensor vectors;
};

Made eigh_of(const Tensor& a) {
  const auto [values, vectors] = eigh(constant(Graph(), a));
  return {evaluate(values), evaluate(vectors)};
}

TEST_CASE("eigh of a known matrix") {
  const auto [values, vectors] = eigh_of(Tensor::from<double>({2, 2}, {2, -1, -1, 2}));
  CHECK(values.data<double>()[0] == doctest::Approx(1).epsilon(1e-15));
  CHECK(values.data<double>()[1] == doctest::Approx(3).epsilon(1e-15));
  CHECK(largest_difference(matrix_of(vectors, 0) * matrix_of(vectors, 0).transposed(),
                           identity_matrix(2)) < 1e-15);
  CHECK(vectors.data<double>()[0] == doctest::Approx(std::sqrt(0.5)));
}

TEST_CASE("eigenvectors are orthonormal, make the matrix, and point up") {
  for (const std::int64_t n : {1, 2, 3, 10, 60}) {
    CAPTURE(n);
    const Matrix half = random_matrix(n, n, static_cast<std::uint32_t>(n));
    const Matrix a = 0.5 * half - (-0.5) * half.transposed();
    const auto [values, vectors] = eigh_of(half.tensor());
    const Matrix v = matrix_of(vectors, 0);
    const auto l = values.data<double>();
    CHECK(std::is_sorted(l.begin(), l.end()));
    CHECK(largest_difference(v.transposed() * v, identity_matrix(n)) < 1e-13);
    CHECK(largest_difference(v * diagonal_matrix(l) * v.transposed(), a) < 1e-13);
    for (std::int64_t j = 0; j < n; ++j) {
      double largest = 0;
      for (std::int64_t i = 0; i < n; ++i)
        if (std::abs(v.at(i, j)) > std::abs(largest)) largest = v.at(i, j);
      CHECK(largest > 0);
    }
  }
}

TEST_CASE("eigh of equal eigenvalues, zeros, and extreme sizes") {
  const auto [ones, vectors] = eigh_of(identity_matrix(4).tensor());
  CHECK(ones == Tensor{1.0, 1.0, 1.0, 1.0});
  CHECK(largest_difference(matrix_of(vectors, 0), identity_matrix(4)) == 0);
  CHECK(eigh_of(Matrix(3, 3).tensor()).values == Tensor{0.0, 0.0, 0.0});
  const Matrix a = positive_definite(5);
  const Tensor plain = eigh_of(a.tensor()).values;
  for (const int exponent : {-1000, 1000}) {
    const Tensor scaled = eigh_of((std::ldexp(1.0, exponent) * a).tensor()).values;
    for (std::size_t i = 0; i < 5; ++i)
      CHECK(scaled.data<double>()[i] == std::ldexp(plain.data<double>()[i], exponent));
  }
}

TEST_CASE("eigh of a batch of f32, in any blocks") {
  const Tensor a = cast_to_f32(random_tensor({2, 3, 8, 8}));
  const auto [values, vectors] = eigh(constant(Graph(), a));
  const Tensor of_values = evaluate(values);
  REQUIRE(of_values.spec() == TensorSpec{DType::f32, {2, 3, 8}});
  for (std::int64_t i = 0; i < 6; ++i) {
    const Tensor alone = eigh_of(matrix_of(a, i).tensor<float>()).values;
    CHECK(std::equal(alone.data<float>().begin(), alone.data<float>().end(),
                     of_values.data<float>().begin() + i * 8));
  }
  CHECK(same_for_all_splits(values, of_values));
  CHECK(same_for_all_splits(vectors, evaluate(vectors)));
}

TEST_CASE("equal eigenvalues have a gradient, and their vectors none") {
  const Graph graph;
  const Output a = constant(graph, identity_matrix(2).tensor());
  const auto [values, vectors] = eigh(a);
  const Tensor of_values = evaluate(gradients({reduce_sum(values)}, {a}).at(0));
  CHECK(of_values == identity_matrix(2).tensor());
  const Output seed = constant(graph, Tensor::from<double>({2, 2}, {1, 2, 3, 4}));
  const Tensor of_vectors = evaluate(gradients({vectors}, {a}, {.grad_ys = {seed}}).at(0));
  REQUIRE(of_vectors.shape() == Shape{2, 2});
  for (const double value : of_vectors.data<double>()) CHECK_FALSE(std::isfinite(value));
}

TEST_CASE("what eigh refuses") {
  const Graph graph;
  CHECK(caught<GraphError>([&] {
          eigh(placeholder(graph, DType::f64, {2, 3}));
        })
            .info()
            .message == "a [2, 3] has 2 rows and 3 columns");
  CHECK(caught<ValueError>([&] {
          eigh_of(Tensor::from<double>({1, 1}, {std::numeric_limits<double>::infinity()}));
        })
            .info()
            .message == "a [1, 1] holds an infinity at [0, 0]");
  CHECK(eigh(placeholder(graph, DType::f32, {Shape::unknown, 3})).values.shape() == Shape{3});
}

}  // namespace
}  // namespace deft
