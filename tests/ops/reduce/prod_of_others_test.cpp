#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/builtins.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const OpDef& op() {
  const auto all = builtin_ops();
  return **std::find_if(all.begin(), all.end(),
                        [](const OpDef* def) { return def->name == "prod_of_others"; });
}

Tensor slopes(const Tensor& x, const Axes& axes = {}) {
  const Graph graph;
  const Output of = constant(graph, x);
  return evaluate(gradients(reduce_sum(reduce_prod(of, {.axes = axes})), {of}).at(0));
}

TEST_CASE("the gradient of a product is exact with no zero, one, and several") {
  CHECK(slopes(Tensor{2.0, 3.0, 5.0}) == Tensor{15.0, 10.0, 6.0});
  CHECK(slopes(Tensor{2.0, 0.0, 5.0}) == Tensor{0.0, 10.0, 0.0});
  CHECK(slopes(Tensor{2.0, 0.0, 0.0}) == Tensor{0.0, 0.0, 0.0});
  CHECK(slopes(Tensor{{2.0, 0.0}, {3.0, 5.0}}, {0}) == Tensor{{3.0, 5.0}, {2.0, 0.0}});
  CHECK(slopes(Tensor{{2.0, 0.0}, {3.0, 5.0}}, {0, 1}) == Tensor{{0.0, 30.0}, {0.0, 0.0}});
  CHECK(slopes(Tensor{7.0}) == Tensor{1.0});
  CHECK(slopes(Tensor::scalar(7.0)) == Tensor::scalar(1.0));
}

TEST_CASE("the second derivative of a product is exact where it has zeros") {
  const Graph graph;
  const Output x = constant(graph, Tensor{2.0, 0.0, 0.0, 5.0});
  const Output first = gradients(reduce_prod(x), {x}).at(0);
  // d^2/dx1 dx2 = x0 x3, and nothing else but that is left
  const Output weights = constant(graph, Tensor{1.0, 2.0, 4.0, 8.0});
  const Output second = gradients(first, {x}, {.grad_ys = {weights}}).at(0);
  CHECK(evaluate(second) == Tensor{0.0, 40.0, 20.0, 0.0});
}

TEST_CASE("a product has its higher derivatives") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown});
  const Tensor at{0.5, 0.0, -1.25, 2.0, 0.75};
  CHECK(gradient_mismatch(reduce_prod(x), {x}, {at}, {.orders = 6}) == "");
}

TEST_CASE("a derivative beyond the ninth is refused") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.5, 2.0});
  Output y = reduce_prod(x);
  for (int order = 1; order <= 9; ++order) y = reduce_sum(gradients(y, {x}).at(0));
  CHECK(evaluate(y).item<double>() == 0);
  const auto error = caught<GradientError>([&] { gradients(y, {x}); });
  CHECK(error.info().op == "prod_of_others");
  CHECK(error.info().message.find("takes 1 to 9 inputs, but 10 are given") != std::string::npos);
}

TEST_CASE("products of f32 lose nothing on the way to their gradient") {
  CHECK(slopes(Tensor{1e30F, 1e30F, 1e-30F, 1e-30F}) == Tensor{1e-30F, 1e-30F, 1e30F, 1e30F});
  const Tensor both = slopes(Tensor{{1e30F, 1e-30F}, {1e30F, 1e-30F}});
  CHECK(both.at<float>(0, 0) == doctest::Approx(1e-30F));
  CHECK(both.at<float>(1, 1) == doctest::Approx(1e30F));
}

TEST_CASE("NaN and infinity go where they are factors") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Tensor of_nan = slopes(Tensor{std::nan(""), 2.0, 3.0});
  CHECK(of_nan.data<double>()[0] == 6);
  CHECK(std::isnan(of_nan.data<double>()[1]));
  const Tensor of_infinity = slopes(Tensor{infinity, 0.0, 3.0});
  CHECK(of_infinity.data<double>()[0] == 0);
  CHECK(of_infinity.data<double>()[1] == infinity);
  CHECK(std::isnan(of_infinity.data<double>()[2]));
}

/// The coefficient of e_1 ... e_m of a product, by its definition: all ways to take each tangent at
/// an element of its own.
double by_definition(const std::vector<std::vector<double>>& inputs, std::vector<bool> taken,
                     std::size_t tangent) {
  const std::size_t n = taken.size();
  double sum = 0;
  if (tangent == inputs.size()) {
    double product = 1;
    for (std::size_t i = 0; i < n; ++i) product *= taken[i] ? 1 : inputs[0][i];
    return product;
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (taken[i]) continue;
    taken[i] = true;
    sum += inputs[tangent][i] * by_definition(inputs, taken, tangent + 1);
    taken[i] = false;
  }
  return sum;
}

TEST_CASE("up to four tangents, along any axis, are those of the definition") {
  const Shape shape{2, 5, 3};
  for (std::size_t tangents = 0; tangents <= 4; ++tangents) {
    const Graph graph;
    std::vector<Output> inputs;
    std::vector<Tensor> values;
    for (std::size_t i = 0; i <= tangents; ++i) {
      values.push_back(sample<double>(shape, static_cast<std::uint32_t>(4 + 3 * i)));
      inputs.push_back(constant(graph, values.back()));
    }
    const Output y = graph.add(op(), inputs, {{"axis", std::int64_t{1}}}, {});
    const Tensor found = evaluate(y);
    CHECK(same_for_all_splits(y, found));
    for (std::size_t line = 0; line < 6; ++line) {
      const std::size_t first = line / 3 * 15 + line % 3;
      std::vector<std::vector<double>> along(values.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = 0; j < 5; ++j)
          along[i].push_back(values[i].data<double>()[first + 3 * j]);
      for (std::size_t j = 0; j < 5; ++j) {
        std::vector<bool> taken(5, false);
        taken[j] = true;
        CAPTURE(tangents);
        CAPTURE(line);
        CHECK(found.data<double>()[first + 3 * j] ==
              doctest::Approx(by_definition(along, taken, 1)).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("long lines are blocks of their own") {
  const Graph graph;
  for (const Shape& shape : {Shape{3, 20011}, Shape{20011, 3}, Shape{300, 70}}) {
    const Output x = 1 + constant(graph, sample<double>(shape)) / 65536;
    for (const std::int64_t axis : {0, 1}) {
      const Output y = graph.add(op(), {x}, {{"axis", axis}}, {});
      const Tensor found = evaluate(y);
      CHECK(same_for_all_splits(y, found));
      const Tensor wanted = evaluate(reduce_prod(x, {.axes = {axis}, .keep_dims = true}) / x);
      REQUIRE(found.shape() == wanted.shape());
      for (std::size_t i = 0; i < found.data<double>().size(); i += 997)
        CHECK(found.data<double>()[i] == doctest::Approx(wanted.data<double>()[i]).epsilon(1e-10));
    }
  }
}

TEST_CASE("tangents are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto add = [&](const Output& tangent) {
    return graph.add(op(), {x, tangent}, {{"axis", std::int64_t{0}}}, {});
  };
  const auto shapes = caught<GraphError>([&] { add(placeholder(graph, DType::f32, {2, 4})); });
  CHECK(shapes.code() == ErrorCode::shape_mismatch);
  CHECK(shapes.info().message == "x has the shape [2, 3], a tangent [2, 4]");
  CHECK(caught<GraphError>([&] {
          add(placeholder(graph, DType::f64, {2, 3}));
        }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
