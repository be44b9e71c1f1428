#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>
#include <valarray>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

// Everything of std that may be mistaken for something of deft stands above; both are opened.
using namespace std;
using namespace deft;

namespace {

TEST_CASE("functions of deft beside those of std") {
  const Graph graph;
  const Output x = constant(graph, {1.0, 4.0});
  const Output y = constant(graph, {2.0, 3.0});
  const Output i = constant(graph, {7, 9});
  const vector<Output> all{abs(x),
                           exp(x),
                           log(x),
                           sqrt(x),
                           tanh(x),
                           pow(x, y),
                           pow(x, 2),
                           pow(2.0, x),
                           div(x, y),
                           div(i, 2),
                           equal(x, y),
                           size(x),
                           size(x, {0}),
                           neg(x),
                           square(x),
                           maximum(x, 2),
                           sign(x),
                           rsqrt(x),
                           minimum(x, y),
                           fill(graph, DType::f64, {2}, 1),
                           transpose(x),
                           shape(x),
                           add(x, 1),
                           mul(x, y),
                           fill(graph, DType::f64, {2, 2}, 1.5),
                           not_equal(x, y),
                           cast(x, DType::f32),
                           reshape(x, {2, 1}),
                           squeeze(x),
                           expand_dims(x, 0),
                           sort(x),
                           sort(x, {.axis = 0, .descending = true}),
                           argsort(x),
                           argmax(x, 0),
                           gather(x, argsort(y)),
                           scatter_add(x, argsort(y), y),
                           take_along_axis(x, argsort(y), 0),
                           top_k(x, 1).values,
                           cumsum(x, 0),
                           cumprod(x, 0),
                           bitwise_and(i, 3),
                           bitwise_or(i, i),
                           bitwise_xor(i, 1),
                           bitwise_not(i),
                           left_shift(i, 1),
                           right_shift(i, 1),
                           one_hot(argsort(y), 2),
                           sin(x),
                           cos(x),
                           tan(x),
                           atan(x),
                           atan2(x, y),
                           atan2(1.0, x),
                           sinh(x),
                           cosh(x),
                           asinh(x),
                           acosh(x),
                           expm1(x),
                           log1p(x),
                           erf(x),
                           erfc(x),
                           floor(x),
                           ceil(x),
                           round(x),
                           trunc(x),
                           floor_mod(x, y),
                           clip(x, 1, 2),
                           reciprocal(x),
                           squared_difference(x, y),
                           reduce_prod(x)};
  Session session(graph);
  CHECK(session.run(all).size() == all.size());
  CHECK(session.run(pow(x, 2)) == Tensor{1.0, 16.0});
  CHECK(to_string(DType::f32) == "f32");
  CHECK(to_string(x) == "constant f64[2]");
  CHECK(is_floating(x.dtype()));
}

TEST_CASE("operators serve where std has class templates of the names") {
  const Graph graph;
  const Output x = constant(graph, {1.0, 4.0});
  Session session(graph);
  CHECK(session.run((x < 2 && !(x >= 1)) || x > 3) == Tensor{false, true});
  CHECK(session.run(x <= 1) == Tensor{true, false});
  CHECK(session.run(x * Tensor{2.0, 3.0} / 2 + 1 - x) == Tensor{1.0, 3.0});
  CHECK(session.run(deft::less(x, 2)) == Tensor{true, false});
  CHECK(session.run(deft::less_equal(x, 1)) == Tensor{true, false});
  CHECK(session.run(deft::greater(x, 2)) == Tensor{false, true});
  CHECK(session.run(deft::greater_equal(x, 4)) == Tensor{false, true});
  CHECK(session.run(deft::logical_and(x<2, x> 0)) == Tensor{true, false});
  CHECK(session.run(deft::logical_or(x<2, x> 3)) == Tensor{true, true});
  CHECK(session.run(deft::logical_not(x < 2)) == Tensor{false, true});
  CHECK(session.run(deft::identity(x)) == Tensor{1.0, 4.0});
}

TEST_CASE("types and values of deft beside those of std") {
  const Graph graph;
  const Shape dims{2, 3};
  const Tensor tensor = Tensor::zeros(DType::f32, dims);
  const NodeOptions options{.name = "x"};
  const Output x = constant(graph, tensor, options);
  const Axes axes{0};
  const Feeds feeds{};
  const Feed feed{x, tensor};
  const TensorSpec spec{DType::f32, dims};
  const Operand operand = x;
  const Scalar scalar = 1;
  const Endpoint endpoint = x.endpoint();
  const Logger logger;
  const Optimizations optimizations;
  Session session(graph, {.optimizations = optimizations});
  const Until until;
  const Profile profile;
  const Error error(ErrorInfo{.message = "none"});
  const NameScope scope(graph, "scope");
  const ControlDependencies after(graph, {x});
  const Effect effect = x.node().op->effect;
  CHECK(effect == Effect::none);
  CHECK(fill(graph, DType::f32, {}, scalar).name() == "scope/fill");
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(profile.rows().empty());
  CHECK(until.value.is_empty());
  CHECK(graph.output(endpoint) == x);
  CHECK(where(x < 1, x, operand).spec() == spec);
  CHECK(group({x, no_op(graph)}).name() == "scope/group");
  CHECK(gradient(reduce_sum(x), x).shape() == dims);
}

}  // namespace
