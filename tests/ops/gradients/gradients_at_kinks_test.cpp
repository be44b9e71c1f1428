// Where a function has no derivative, differences say nothing: what the rules give is written here.

#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "support/evaluate.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Output vector(const Graph& graph, std::initializer_list<double> list) {
  return constant(graph, Tensor::from<double>({static_cast<std::int64_t>(list.size())}, list));
}

/// The elements of the gradient of sum(y) with respect to x.
std::vector<double> gradient_at(const Output& y, const Output& x) {
  return evaluate(gradients(reduce_sum(y), {x}).at(0)).data<double>();
}

using List = std::vector<double>;

TEST_CASE("abs and sign have the gradient zero at zero") {
  const Graph graph;
  const Output x = vector(graph, {-2, 0, 3});
  CHECK(gradient_at(abs(x), x) == List{-1, 0, 1});
  CHECK(gradient_at(sign(x), x) == List{0, 0, 0});
}

TEST_CASE("of two equal operands the first has the gradient of an extreme") {
  const Graph graph;
  const Output x = vector(graph, {1, 2, 3});
  const Output y = vector(graph, {2});
  CHECK(gradient_at(maximum(x, y), x) == List{0, 1, 1});
  CHECK(gradient_at(maximum(x, y), y) == List{1});
  CHECK(gradient_at(minimum(x, y), x) == List{1, 1, 0});
  CHECK(gradient_at(minimum(x, y), y) == List{1});
  CHECK(gradient_at(maximum(x, x), x) == List{1, 1, 1});
  CHECK(gradient_at(maximum(x, 2), x) == List{0, 1, 1});
  CHECK(gradient_at(maximum(2, x), x) == List{0, 0, 1});
}

TEST_CASE("equal extremes share the gradient evenly") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<double>({2, 4}, {3, 1, 3, 2, /**/ 5, 5, 5, 5}));
  CHECK(gradient_at(reduce_max(x, {.axes = {1}}), x) ==
        List{0.5, 0, 0.5, 0, /**/ 0.25, 0.25, 0.25, 0.25});
  CHECK(gradient_at(reduce_max(x), x) == List{0, 0, 0, 0, /**/ 0.25, 0.25, 0.25, 0.25});
  CHECK(gradient_at(reduce_min(x, {.axes = {0}}), x) == List{1, 1, 1, 1, /**/ 0, 0, 0, 0});
  CHECK(gradient_at(reduce_min(x, {.axes = {0, 1}, .keep_dims = true}), x) ==
        List{0, 1, 0, 0, /**/ 0, 0, 0, 0});
}

TEST_CASE("pow at zero and below") {
  const Graph graph;
  const Output x = vector(graph, {0, 0, 0, 0, -2, -2});
  const Output y = vector(graph, {0, 1, 2, 0.5, 2, -1});
  CHECK(gradient_at(pow(x, y), x) == List{0, 1, 0, infinity, -4, -0.25});
  CHECK(gradient_at(pow(x, y), y) == List{0, 0, 0, 0, 0, 0});
  const Output steep = gradients(reduce_sum(pow(x, 1)), {x}).at(0);
  CHECK(gradient_at(steep, x) == List{0, 0, 0, 0, 0, 0});
}

TEST_CASE("roots are infinitely steep at zero") {
  const Graph graph;
  const Output x = vector(graph, {0, 4});
  CHECK(gradient_at(sqrt(x), x) == List{infinity, 0.25});
  CHECK(gradient_at(rsqrt(x), x) == List{-infinity, -1.0 / 16});
  CHECK(gradient_at(log(x), x) == List{infinity, 0.25});
}

TEST_CASE("no gradient comes from what where does not choose") {
  const Graph graph;
  const Output x = vector(graph, {-1, 1, 2});
  const Output y = vector(graph, {5, 6, 7});
  const Output chosen = where(greater(x, 1), x * y, -3 * x);
  CHECK(gradient_at(chosen, x) == List{-3, -3, 7});
  CHECK(gradient_at(chosen, y) == List{0, 0, 2});
}

}  // namespace
}  // namespace deft
