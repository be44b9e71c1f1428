#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/samples.hpp"

namespace deft {
namespace {

Tensor made(const Initializer& initializer, const Shape& shape, DType dtype = DType::f64) {
  const Graph graph;
  Session session(graph);
  return session.run(initializer(Random(graph, {.seed = 7}), dtype, shape, "w", {}));
}

struct Moments2 {
  double mean = 0;
  double stddev = 0;
  double largest = 0;
};

Moments2 moments_of(const Tensor& tensor) {
  Moments2 of;
  const auto n = static_cast<double>(tensor.num_elements());
  for (const double x : tensor.data<double>()) of.mean += x / n;
  for (const double x : tensor.data<double>()) of.stddev += (x - of.mean) * (x - of.mean) / n;
  of.stddev = std::sqrt(of.stddev);
  of.largest = largest_magnitude(tensor.data<double>());
  return of;
}

TEST_CASE("variances keep those of activations") {
  const Shape shape{3, 3, 20, 60};  // fans 180 and 540
  struct Row {
    Initializer initializer;
    double variance;
    double reach;  // the largest magnitude, in standard deviations
  };
  const double truncated = 2 / 0.8796256610342398;
  const std::vector<Row> rows = {
      {glorot_uniform(), 2.0 / 720, std::sqrt(3)},
      {glorot_normal(), 2.0 / 720, truncated},
      {he_uniform(), 2.0 / 180, std::sqrt(3)},
      {he_normal(), 2.0 / 180, truncated},
      {lecun_uniform(), 1.0 / 180, std::sqrt(3)},
      {lecun_normal(), 1.0 / 180, truncated},
      {uniform_initializer(-2, 2), 4.0 / 3, std::sqrt(3)},
      {truncated_normal_initializer(0.5 / 0.8796256610342398), 0.25, truncated},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    const Moments2 of = moments_of(made(rows[i].initializer, shape));
    const double stddev = std::sqrt(rows[i].variance);
    CHECK(of.stddev == doctest::Approx(stddev).epsilon(0.02));
    CHECK(std::abs(of.mean) < 0.03 * stddev);
    CHECK(of.largest <= rows[i].reach * stddev * 1.0000001);
    CHECK(of.largest > 0.98 * rows[i].reach * stddev);
  }
  const Moments2 normal = moments_of(made(normal_initializer(0.5, 3), shape));
  CHECK(normal.mean == doctest::Approx(3).epsilon(0.01));
  CHECK(normal.stddev == doctest::Approx(0.5).epsilon(0.02));
  CHECK(made(constant_initializer(2), {3}) == Tensor{2.0, 2.0, 2.0});
}

TEST_CASE("orthogonal weights are orthogonal") {
  for (const Shape& shape : {Shape{5, 3}, Shape{3, 5}, Shape{2, 2, 3}, Shape{4, 4}}) {
    const Tensor w = made(orthogonal(2), shape);
    const std::int64_t columns = shape.dims().back();
    const std::int64_t rows = w.num_elements() / columns;
    const auto at = [&](std::int64_t i, std::int64_t j) {
      return w.data<double>()[static_cast<std::size_t>(i * columns + j)];
    };
    const bool is_tall = rows >= columns;
    const std::int64_t few = std::min(rows, columns);
    for (std::int64_t a = 0; a < few; ++a)
      for (std::int64_t b = 0; b < few; ++b) {
        double product = 0;
        for (std::int64_t k = 0; k < std::max(rows, columns); ++k)
          product += is_tall ? at(k, a) * at(k, b) : at(a, k) * at(b, k);
        CHECK(product == doctest::Approx(a == b ? 4 : 0).epsilon(1e-12));
      }
  }
}

TEST_CASE("values do not depend on the order in which layers are made, nor on the step") {
  const auto weights = [](bool other_first) {
    const Graph graph;
    const Random random(graph, {.seed = 1});
    if (other_first) Dense(random, 3, 3, {.name = "other"});
    const Dense first(random, 4, 2, {.name = "first"});
    Session session(graph);
    session.run(global_variables_initializer(graph));
    const Tensor weight = session.value(first.weight);
    session.set(global_step(graph), Tensor::scalar<std::int64_t>(5));
    session.run(global_variables_initializer(graph));
    CHECK(session.value(first.weight) == weight);
    return weight;
  };
  CHECK(weights(false) == weights(true));
  const Graph graph;
  const Random random(graph);
  CHECK_THROWS_AS(glorot_uniform()(random, DType::f32, {3}, "b", {}), GraphError);
}

}  // namespace
}  // namespace deft
