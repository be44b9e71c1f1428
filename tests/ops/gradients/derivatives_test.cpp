#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/activations.hpp>
#include <deft/ops/derivatives.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>
#include <deft/ops/special.hpp>

#include "support/gradient_check.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

Tensor uneven(const Shape& shape, std::size_t seed) {
  Tensor tensor = Tensor::zeros(DType::f64, shape);
  for (double& x : tensor.mutable_data<double>()) x = uneven_weight(seed++) - 0.6;
  return tensor;
}

Tensor eval(const Output& fetch, const Feeds& feeds = {}) {
  Session session(fetch.graph(), {.threads = 1});
  session.run(global_variables_initializer(fetch.graph()));
  return session.eval(fetch, feeds);
}

/// The Jacobian of y with respect to the placeholder x, at a point, by central differences of four
/// points: [y elements, x elements].
Tensor numerical_jacobian(const Output& y, const Output& x, const Tensor& at) {
  Session session(y.graph(), {.threads = 1});
  const Callable value = session.prepare({y}, {x});
  const auto n = static_cast<std::size_t>(y.shape().num_elements());
  const auto m = static_cast<std::size_t>(x.shape().num_elements());
  constexpr double h = gradient_check::h;
  Tensor result = Tensor::zeros(DType::f64, {n, m});
  for (std::size_t j = 0; j < m; ++j) {
    const auto moved = [&](double steps) {
      Tensor to = at;
      to.mutable_data<double>()[j] += steps * h;
      return value({to})[0].to<double>();
    };
    const auto near_up = moved(1);
    const auto near_down = moved(-1);
    const auto far_up = moved(2);
    const auto far_down = moved(-2);
    for (std::size_t i = 0; i < n; ++i)
      result.mutable_data<double>()[i * m + j] =
          (8 * (near_up[i] - near_down[i]) - (far_up[i] - far_down[i])) / (12 * h);
  }
  return result;
}

Shape joined(const Output& y, const Output& x) {
  std::vector<std::int64_t> dims(y.shape().dims().begin(), y.shape().dims().end());
  dims.insert(dims.end(), x.shape().dims().begin(), x.shape().dims().end());
  return Shape(dims);
}

/// A function of x [2, 3] with a name.
struct Function {
  const char* name;
  Output (*of)(const Output& x);
};

const Function functions[] = {
    {"matmul", [](const Output& x) { return matmul(x, x, {.transpose_b = true}); }},
    {"softmax", [](const Output& x) { return softmax(x); }},
    {"where", [](const Output& x) { return where(x > 0.125, square(x) * x, sin(x)); }},
    {"tanh", [](const Output& x) { return tanh(x * 2.0); }},
    {"sum of rows", [](const Output& x) { return reduce_sum(exp(x) * x, {.axes = {1}}); }},
    {"scalar", [](const Output& x) { return logsumexp(x); }},
};

TEST_CASE("a jacobian is what differences say, built by rows and by columns") {
  for (const Function& function : functions) {
    INFO(std::string(function.name));
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {2, 3});
    const Output y = function.of(x);
    const Tensor at = uneven({2, 3}, 5);
    const Tensor expected = numerical_jacobian(y, x, at).reshaped(joined(y, x));
    for (const JacobianMode mode :
         {JacobianMode::reverse, JacobianMode::forward, JacobianMode::automatic})
      CHECK(largest_difference(eval(jacobian(y, x, {.mode = mode}), {{x, at}}), expected) < 1e-9);
  }
}

TEST_CASE("a jacobian is built by rows or columns, whichever are fewer") {
  const auto nodes = [](std::int64_t rows, std::int64_t columns, JacobianMode mode) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {columns, 1});
    const Output a = placeholder(graph, DType::f64, {rows, columns});
    const Output y = matmul(a, exp(x));
    const std::size_t before = graph.num_nodes();
    jacobian(y, x, {.mode = mode});
    return graph.num_nodes() - before;
  };
  CHECK(nodes(20, 2, JacobianMode::automatic) == nodes(20, 2, JacobianMode::forward));
  CHECK(nodes(2, 20, JacobianMode::automatic) == nodes(2, 20, JacobianMode::reverse));
  CHECK(nodes(20, 2, JacobianMode::forward) < nodes(20, 2, JacobianMode::reverse));
}

TEST_CASE("jacobians of several xs") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f64, {2, 3});
  const Output x = placeholder(graph, DType::f64, {3, 1});
  const Output unused = placeholder(graph, DType::f64, {2});
  const Output y = matmul(a, x);  // [2, 1]
  const Tensor at_a = uneven({2, 3}, 1);
  const Tensor at_x = uneven({3, 1}, 9);
  for (const JacobianMode mode : {JacobianMode::reverse, JacobianMode::forward}) {
    const std::vector<Output> made = jacobian(y, {a, x, unused}, {.mode = mode, .name = "jac"});
    REQUIRE(made.size() == 3);
    CHECK(made[0].shape() == Shape{2, 1, 2, 3});
    CHECK(made[2].shape() == Shape{2, 1, 2});
    CHECK(made[0].name().substr(0, 3) == "jac");
    Session session(graph);
    const std::vector<Tensor> got = session.run(made, {{a, at_a}, {x, at_x}, {unused, {1.0, 2.0}}});
    CHECK(got[1] == at_a.reshaped({2, 1, 3, 1}));
    CHECK(got[2] == Tensor::zeros(DType::f64, {2, 1, 2}));
    for (int i = 0; i < 2; ++i)
      for (int k = 0; k < 2; ++k)
        for (int j = 0; j < 3; ++j)
          CHECK(got[0].at<double>(i, 0, k, j) == (i == k ? at_x.at<double>(j, 0) : 0.0));
  }
}

TEST_CASE("a jacobian has the dtype of x") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output y = square(cast(x, DType::f64));
  for (const JacobianMode mode : {JacobianMode::reverse, JacobianMode::forward}) {
    const Output made = jacobian(y, x, {.mode = mode});
    CHECK(eval(made, {{x, {3.0F, 5.0F}}}) == Tensor{{6.0F, 0.0F}, {0.0F, 10.0F}});
  }
}

TEST_CASE("derivatives of empty tensors") {
  const Graph graph;
  const Output x = constant(graph, Tensor::zeros(DType::f64, {0, 2}));
  const Output z = constant(graph, Tensor::zeros(DType::f64, {3}));
  for (const JacobianMode mode : {JacobianMode::reverse, JacobianMode::forward}) {
    CHECK(eval(jacobian(exp(x), x, {.mode = mode})).shape() == Shape{0, 2, 0, 2});
    CHECK(eval(jacobian(reduce_sum(x) + z, x, {.mode = mode})).shape() == Shape{3, 0, 2});
    CHECK(eval(jacobian(x + reduce_sum(z), z, {.mode = mode})).shape() == Shape{0, 2, 3});
  }
  CHECK(eval(hessian(reduce_sum(square(x)), x)).shape() == Shape{0, 2, 0, 2});
  CHECK(eval(jvp(exp(x), x, x)).shape() == Shape{0, 2});
}

TEST_CASE("jvp is the jacobian times the vector") {
  for (const Function& function : functions) {
    INFO(std::string(function.name));
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {2, 3});
    const Output y = function.of(x);
    const Tensor at = uneven({2, 3}, 3);
    const Tensor v = uneven({2, 3}, 31);
    const Output product = jvp(y, x, constant(graph, v));
    CHECK(product.shape() == y.shape());
    const Tensor by_rows =
        eval(matmul(reshape(jacobian(y, x, {.mode = JacobianMode::reverse}), {Shape::unknown, 6}),
                    constant(graph, v.reshaped({6, 1}))),
             {{x, at}});
    CHECK(largest_difference(eval(reshape(product, {Shape::unknown, 1}), {{x, at}}), by_rows) <
          1e-14);
    CHECK(gradient_mismatch(product, {x}, {at}, {.orders = 1, .tolerance = 1e-8}).empty());
  }
}

TEST_CASE("jvp of several ys and xs, with dimensions that only a run knows") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown});
  const Output z = placeholder(graph, DType::f64, {});
  const Output dx = placeholder(graph, DType::f64, {Shape::unknown});
  const Output dz = placeholder(graph, DType::f64, {});
  const std::vector<Output> made =
      jvp({x * z, reduce_sum(square(x)), exp(z), x}, {x, z}, {dx, dz}, {.name = "moved"});
  REQUIRE(made.size() == 4);
  CHECK(made[0].name().substr(0, 6) == "moved/");
  Session session(graph);
  const auto got = session.run(made, {{x, {1.0, 2.0, 3.0}},
                                      {z, Tensor::scalar(2.0)},
                                      {dx, {10.0, 20.0, 30.0}},
                                      {dz, Tensor::scalar(0.5)}});
  CHECK(got[0] == Tensor{20.5, 41.0, 61.5});
  CHECK(got[1] == Tensor::scalar(280.0));
  CHECK(got[2].item<double>() == doctest::Approx(0.5 * std::exp(2.0)).epsilon(1e-15));
  CHECK(got[3] == Tensor{10.0, 20.0, 30.0});
}

TEST_CASE("what does not depend on x has derivatives of zero") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0, 2.0});
  const Output other = constant(graph, Tensor{3.0, 4.0, 5.0});
  const Output v = constant(graph, Tensor{1.0, 1.0});
  for (const Output& y : {exp(other), exp(other) * reduce_sum(stop_gradient(x))}) {
    CHECK(eval(jvp(y, x, v)) == Tensor{0.0, 0.0, 0.0});
    for (const JacobianMode mode : {JacobianMode::reverse, JacobianMode::forward})
      CHECK(eval(jacobian(y, x, {.mode = mode})) == Tensor::zeros(DType::f64, {3, 2}));
    CHECK(eval(hessian(reduce_sum(y), x)) == Tensor::zeros(DType::f64, {2, 2}));
    CHECK(eval(hessian_vector_product(reduce_sum(y), x, v)) == Tensor{0.0, 0.0});
  }
  const Output linear = reduce_sum(x * 3.0);
  CHECK(eval(hessian(linear, x)) == Tensor::zeros(DType::f64, {2, 2}));
  CHECK(eval(hessian_vector_product(linear, x, v)) == Tensor{0.0, 0.0});
}

TEST_CASE("the hessian of a quadratic form is a plus its transpose") {
  const Graph graph;
  const Tensor values = uneven({3, 3}, 2);
  const Output a = constant(graph, values);
  const Output x = constant(graph, uneven({3, 1}, 7));
  const Output y = reduce_sum(x * matmul(a, x));
  const Tensor expected = eval(a + transpose(a)).reshaped({3, 1, 3, 1});
  CHECK(largest_difference(eval(hessian(y, x)), expected) < 1e-15);
}

TEST_CASE("the hessian of logsumexp is diag p - p p^T") {
  const Graph graph;
  const Output x = constant(graph, uneven({5}, 2));
  const std::vector<double> p = eval(softmax(x)).to<double>();
  const Tensor h = eval(hessian(logsumexp(x), x, {.name = "curvature"}));
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      CHECK(std::abs(h.at<double>(i, j) - ((i == j ? p[i] : 0) - p[i] * p[j])) < 1e-15);
}

TEST_CASE("hessians are symmetric, and what differences of the gradient say") {
  for (const Function& function : functions) {
    INFO(std::string(function.name));
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {2, 3});
    const Output y_of_x = function.of(x);
    const Output weights = constant(graph, uneven(y_of_x.shape(), 13));
    const Output y = reduce_sum(y_of_x * weights);
    const Tensor at = uneven({2, 3}, 23);
    const Tensor h = eval(hessian(y, x), {{x, at}}).reshaped({6, 6});
    CHECK(largest_difference(h, numerical_jacobian(gradient(y, x), x, at)) < 1e-9);
    CHECK(largest_difference(h, eval(transpose(constant(graph, h)))) < 1e-14);
    const Output v = constant(graph, uneven({2, 3}, 41));
    const Tensor product = eval(hessian_vector_product(y, x, v), {{x, at}});
    const Tensor by_matrix = eval(matmul(constant(graph, h), reshape(v, {6, 1})));
    CHECK(largest_difference(product.reshaped({6, 1}), by_matrix) < 1e-13);
  }
}

TEST_CASE("hessians of several xs have blocks, one the transpose of another") {
  const Graph graph;
  const Output w = constant(graph, uneven({2, 2}, 3));
  const Output b = constant(graph, uneven({2}, 5));
  const Output unused = constant(graph, uneven({3}, 1));
  const Output y = reduce_sum(sigmoid(matmul(w, w) + b) * w);
  const auto blocks = hessian(y, {w, b, unused});
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[0][1].shape() == Shape{2, 2, 2});
  CHECK(blocks[1][0].shape() == Shape{2, 2, 2});
  const Tensor wb = eval(blocks[0][1]).reshaped({4, 2});
  const Tensor bw = eval(transpose(reshape(blocks[1][0], {2, 4})));
  CHECK(largest_difference(wb, bw) < 1e-15);
  CHECK(largest_difference(wb, Tensor::zeros(DType::f64, {4, 2})) > 1e-3);
  CHECK(eval(blocks[0][2]) == Tensor::zeros(DType::f64, {2, 2, 3}));
  CHECK(eval(blocks[2][1]) == Tensor::zeros(DType::f64, {3, 2}));

  const Output v = constant(graph, uneven({2, 2}, 50));
  const Output u = constant(graph, uneven({2}, 60));
  const auto products = hessian_vector_product(y, {w, b}, {v, u});
  const Output expected = matmul(reshape(blocks[0][0], {4, 4}), reshape(v, {4, 1})) +
                          matmul(reshape(blocks[0][1], {4, 2}), reshape(u, {2, 1}));
  CHECK(largest_difference(eval(products[0]).reshaped({4, 1}), eval(expected)) < 1e-14);
}

/// d/dx of the Hessian of sum(x^4) is diag(24 x).
TEST_CASE("derivatives can be differentiated again") {
  const Graph graph;
  const Output x = constant(graph, Tensor{2.0, 3.0});
  const Output y = reduce_sum(square(square(x)));
  const Tensor third = eval(jacobian(hessian(y, x), x));
  CHECK(third == Tensor{{{48.0, 0.0}, {0.0, 0.0}}, {{0.0, 0.0}, {0.0, 72.0}}});
}

TEST_CASE("the vectors of products are constants") {
  const Graph graph;
  const Output x = constant(graph, Tensor{2.0, 3.0});
  const Output y = reduce_sum(square(x) * x);
  CHECK(eval(hessian_vector_product(y, x, x)) == Tensor{24.0, 54.0});
  CHECK(eval(jvp(square(x), x, x)) == Tensor{8.0, 18.0});
}

TEST_CASE("derivatives of nothing are none") {
  const Graph graph;
  const Output y = constant(graph, Tensor::scalar(1.0));
  CHECK(jacobian(y, std::vector<Output>{}).empty());
  CHECK(hessian(y, std::vector<Output>{}).empty());
  CHECK(hessian_vector_product(y, std::vector<Output>{}, {}).empty());
  CHECK(eval(jvp(std::vector{y}, {}, {}).front()) == Tensor::scalar(0.0));
}

}  // namespace
}  // namespace deft
