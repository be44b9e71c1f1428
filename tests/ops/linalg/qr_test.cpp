#include <algorithm>
#include <cmath>
#include <limits>

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
  Matrix q;
  Matrix r;
};

Made qr_of(const Matrix& a) {
  const auto [q, r] = qr(constant(Graph(), a.tensor()));
  return {Matrix::of(evaluate(q)), Matrix::of(evaluate(r))};
}

TEST_CASE("qr of a known matrix") {
  Matrix a(2, 2);
  a.values = {3, 1, 4, 2};
  const Made made = qr_of(a);
  Matrix q(2, 2);
  q.values = {0.6, -0.8, 0.8, 0.6};
  Matrix r(2, 2);
  r.values = {5, 2.2, 0, 0.4};
  CHECK(largest_difference(made.q, q) < 1e-15);
  CHECK(largest_difference(made.r, r) < 1e-15);
}

TEST_CASE("q is orthonormal, r triangular with a diagonal that is not negative") {
  std::uint32_t seed = 1;
  for (const auto& size : {std::pair{1, 1}, {1, 5}, {5, 1}, {3, 3}, {20, 6}, {6, 20}, {60, 60}}) {
    CAPTURE(size.first);
    CAPTURE(size.second);
    const Matrix a = random_matrix(size.first, size.second, seed++);
    const auto [q, r] = qr_of(a);
    const std::int64_t k = std::min(size.first, size.second);
    CHECK(q.columns == k);
    CHECK(largest_difference(q.transposed() * q, identity_matrix(k)) < 1e-13);
    CHECK(distance(q * r, a) < 1e-13);
    for (std::int64_t i = 0; i < k; ++i) {
      CHECK(r.at(i, i) > 0);
      for (std::int64_t j = 0; j < i; ++j) CHECK(r.at(i, j) == 0);
    }
  }
}

TEST_CASE("qr of a batch of f32, in any blocks") {
  const Tensor a = cast_to_f32(random_tensor({3, 5, 4}));
  const auto [q, r] = qr(constant(Graph(), a));
  const Tensor of_r = evaluate(r);
  REQUIRE(of_r.spec() == TensorSpec{DType::f32, {3, 4, 4}});
  for (std::int64_t i = 0; i < 3; ++i) {
    const Output alone = qr(constant(Graph(), matrix_of(a, i).tensor<float>())).r;
    CHECK(same_bytes(evaluate(alone), matrix_of(of_r, i).tensor<float>()));
  }
  CHECK(same_for_all_splits(q, evaluate(q)));
  CHECK(same_for_all_splits(r, of_r));
}

TEST_CASE("qr of dependent columns has no gradient") {
  const Graph graph;
  const Output a = constant(graph, Tensor::zeros(DType::f64, {3, 2}));
  const auto [q, r] = qr(a);
  CHECK(evaluate(r) == Tensor::zeros(DType::f64, {2, 2}));
  const Output gradient = gradients({reduce_sum(r)}, {a}).at(0);
  CHECK(caught<ValueError>([&] { evaluate(gradient); }).info().message ==
        "a [2, 2] is singular: pivot 0 is 0");
}

TEST_CASE("what qr refuses") {
  const Graph graph;
  CHECK(caught<GraphError>([&] { qr(placeholder(graph, DType::f64, {3})); }).code() ==
        ErrorCode::shape_mismatch);
  Matrix a(1, 2);
  a.values = {1, -std::numeric_limits<double>::infinity()};
  CHECK(caught<ValueError>([&] { qr_of(a); }).info().message ==
        "a [1, 2] holds an infinity at [0, 1]");
}

}  // namespace
}  // namespace deft
