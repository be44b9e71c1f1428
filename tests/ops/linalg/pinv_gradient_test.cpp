// The gradient of pinv, and what lstsq takes from it, for matrices of every size of numbers.

#include <pthread.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "support/matrices.hpp"
#include "support/ops/evaluate.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// `values` times 2^exponent as a constant of `dtype`.
Output matrix(const Graph& graph, DType dtype, const Shape& shape, std::vector<double> values,
              int exponent = 0) {
  for (double& value : values) value = std::ldexp(value, exponent);
  return cast(constant(graph, Tensor::from<double>(shape, values)), dtype);
}

std::vector<double> values_of(const Output& output) {
  return evaluate(cast(output, DType::f64)).data<double>();
}

struct Case {
  std::string name;
  Shape shape;
  std::vector<double> a;
  std::vector<double> seed;  // of the inverse
};

const std::vector<Case> cases = {
    {"tall", {3, 2}, {1, 2, 0, 1, 1, 0}, {1, -2, 0.5, 1, -2, 0.5}},
    {"wide", {2, 3}, {1, 0, 1, 2, 1, 0}, {1, 1, -2, -2, 0.5, 0.5}},
    {"square", {2, 2}, {1, 2, 3, 5}, {1, -2, 0.5, 3}},
    {"one", {1, 1}, {1}, {1}},
};

/// The gradient of the sum of pinv(a 2^exponent) times the seed.
std::vector<double> gradient_of_pinv(const Case& c, DType dtype, int exponent) {
  const Graph graph;
  const Output a = matrix(graph, dtype, c.shape, c.a, exponent);
  const Output seed = matrix(graph, dtype, {c.shape[1], c.shape[0]}, c.seed);
  return values_of(gradients({pinv(a)}, {a}, {.grad_ys = {seed}}).at(0));
}

/// `found` is `wanted` times 2^exponent, where that is a normal number of `dtype`; 0 or little more
/// where it is smaller.
void check_scaled(const std::vector<double>& found, const std::vector<double>& wanted, int exponent,
                  DType dtype) {
  const double precision = dtype == DType::f32 ? 1e-5 : 1e-13;
  const double least = dtype == DType::f32 ? 0x1p-126 : 0x1p-1022;
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double allowed = std::ldexp(4 * precision, exponent) + 64 * least;
    CHECK(std::abs(found[i] - std::ldexp(wanted[i], exponent)) <= allowed);
  }
}

TEST_CASE("the gradient of pinv of a known matrix") {
  const std::vector<double> expected = {-0.25, 0.25, -0.75, 0, -1, 0.25};
  check_scaled(gradient_of_pinv(cases[0], DType::f64, 0), expected, 0, DType::f64);
  check_scaled(gradient_of_pinv(cases[3], DType::f64, -345), {-1}, 690, DType::f64);
}

TEST_CASE("the gradient of pinv over all scales at which it is a number") {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::vector<double> expected = gradient_of_pinv(c, DType::f64, 0);
    // Twice the exponent must leave room for sums; beyond the largest, elements may be infinite.
    for (int exponent = -60; exponent <= 124; exponent += sanitized ? 8 : 1)
      check_scaled(gradient_of_pinv(c, DType::f32, exponent), expected, -2 * exponent, DType::f32);
    for (int exponent = -508; exponent <= 1020; exponent += sanitized ? 32 : 4)
      check_scaled(gradient_of_pinv(c, DType::f64, exponent), expected, -2 * exponent, DType::f64);
  }
}

/// The derivative in direction 1 of the gradient of lstsq: of the size of a^-3.
std::vector<double> second_derivative_of_lstsq(const Case& c, DType dtype, int exponent) {
  const Graph graph;
  const Output a = matrix(graph, dtype, c.shape, c.a, exponent);
  std::vector<double> right(static_cast<std::size_t>(c.shape[0]), 0.75);
  right[0] = -1;
  const Output b = matrix(graph, dtype, {c.shape[0], 1}, right);
  const Output first = gradients({reduce_sum(lstsq(a, b))}, {a}).at(0);
  return values_of(gradients({reduce_sum(first)}, {a}).at(0));
}

TEST_CASE("second derivatives of lstsq over scales") {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::vector<double> expected = second_derivative_of_lstsq(c, DType::f64, 0);
    for (int exponent = -39; exponent <= 39; exponent += 3) {
      CAPTURE(exponent);
      const std::vector<double> found = second_derivative_of_lstsq(c, DType::f32, exponent);
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(std::abs(std::ldexp(found[i], 3 * exponent) - expected[i]) <= 2e-3);
    }
  }
}

TEST_CASE("pinv on a thread with a small stack") {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  const Matrix a = random_matrix_of_rank(200, 100, 100, 3);
  Matrix inverse(0, 0);
  struct Work {
    const Matrix& a;
    Matrix& inverse;
  } work{a, inverse};
  pthread_t thread{};
  const auto body = [](void* argument) -> void* {
    auto& given = *static_cast<Work*>(argument);
    given.inverse = pinv_of(given.a);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, body, &work) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(distance(a * inverse * a, a) < 1e-9);
}

}  // namespace
}  // namespace deft
