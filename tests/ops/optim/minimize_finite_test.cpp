#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

// Which gradients an update takes for finite.

namespace deft {
namespace {

template <class T>
struct Fed {
  Graph graph;
  Output w = variable(graph, Tensor{T(1), T(2), T(3), T(4)}, {.name = "w"});
  Output gradient = placeholder(graph, dtype_of<T>(), {4});
  Training train;
  Session session{graph, {.threads = 1}};

  explicit Fed(NonFinite non_finite)
      : train(apply_gradients({gradient}, {w}, Sgd{.rate = 0}, {.non_finite = non_finite})) {
    session.run(global_variables_initializer(graph));
  }
  void run(T a, T b, T c, T d) { session.run(train.step, {{gradient, Tensor{a, b, c, d}}}); }
  std::int64_t updates() { return session.value(train.count).template item<std::int64_t>(); }
};

TEST_CASE_TEMPLATE("finite gradients whose sum is not are finite", T, float, double) {
  constexpr T most = std::numeric_limits<T>::max();
  for (const NonFinite non_finite : {NonFinite::error, NonFinite::skip}) {
    Fed<T> fed(non_finite);
    fed.run(most, most, most, most);
    fed.run(-most, -most, -most, -most);
    fed.run(0, -most, most, std::numeric_limits<T>::denorm_min());
    CHECK(fed.updates() == 3);
  }
}

TEST_CASE_TEMPLATE("one element that is not finite is enough, wherever it is", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  Fed<T> refused(NonFinite::error);
  Fed<T> skipped(NonFinite::skip);
  const std::vector<std::vector<T>> gradients{
      {infinity, 0, 0, 0}, {0, 0, 0, -infinity}, {0, infinity, -infinity, 0}, {0, 0, nan, 0}};
  for (const std::vector<T>& g : gradients) {
    CHECK(caught<RunError>([&] { refused.run(g[0], g[1], g[2], g[3]); }).code() ==
          ErrorCode::non_finite);
    skipped.run(g[0], g[1], g[2], g[3]);
  }
  CHECK(refused.updates() == 0);
  CHECK(skipped.updates() == 0);
  CHECK(skipped.session.value(skipped.train.skipped).template item<std::int64_t>() == 4);
}

/// w [rows, 64], whose gradient is a product of x [100, rows] transposed, of more blocks than there
/// are threads.
struct Layer {
  static constexpr std::int64_t rows = 1600;
  Graph graph;
  Output w = variable(zeros(graph, DType::f32, {rows, 64}), {.name = "w"});
  Output x = placeholder(graph, DType::f32, {100, rows});
  Training train = minimize(reduce_sum(square(matmul(x, w) - 1)), {w}, Adam{});
};

/// Whether the update is part of the product that makes its gradient.
bool has_update_behind_product(const Explanation& explanation) {
  return std::ranges::any_of(explanation.operations, [](const Explanation::Operation& operation) {
    const auto has = [&](std::string_view op) {
      return std::ranges::find(operation.parts, op, &Explanation::Part::op) !=
             operation.parts.end();
    };
    return has("matmul") && has("reduce_sum") && has("sqrt");
  });
}

TEST_CASE("every thread looks at its part of a gradient") {
  const Layer layer;
  for (const int threads : {1, 2, 3, 4, 8}) {
    Session session(layer.graph, {.threads = threads});
    session.run(global_variables_initializer(layer.graph));
    std::vector<float> numbers(100 * Layer::rows, 1.0F);
    const Feeds feeds{{layer.x, Tensor::from(Shape{100, Layer::rows}, numbers)}};
    CHECK(has_update_behind_product(session.explain(layer.train.step, feeds)));
    const auto run = [&] {
      session.run(layer.train.step, {{layer.x, Tensor::from(Shape{100, Layer::rows}, numbers)}});
    };
    run();
    const Tensor before = session.value(layer.w);
    for (const std::int64_t at : {0, 191, 192, 799, 1599}) {
      float& number = numbers[static_cast<std::size_t>(at)];
      number = std::numeric_limits<float>::infinity();
      const std::string what = caught<RunError>(run).what();
      CHECK(what.find("the gradient of 'w'") != std::string::npos);
      number = 1;
    }
    CHECK(bitwise_equal(session.value(layer.w), before));
    CHECK(session.value(layer.train.count).item<std::int64_t>() == 1);
  }
}

TEST_CASE("variables without elements are updated") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Graph graph;
    const Output w = variable(zeros(graph, dtype, {0, 3}));
    const Training train = apply_gradients({zeros(graph, dtype, {0, 3})}, {w}, Adam{});
    Session session(graph, {.threads = 1});
    session.run(global_variables_initializer(graph));
    session.run(train.step);
    CHECK(session.value(train.count).item<std::int64_t>() == 1);
  }
}

}  // namespace
}  // namespace deft
