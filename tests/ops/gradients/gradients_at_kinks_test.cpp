// Where a function has no derivative, differences say nothing: what the rules give is written here.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "support/ops/evaluate.hpp"

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

/// True if both are NaN, or both are the same number.
bool same(const std::vector<double>& found, const List& wanted) {
  if (found.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (std::isnan(found[i]) ? !std::isnan(wanted[i]) : found[i] != wanted[i]) return false;
  return true;
}

/// The same of tensors of `dtype`: the elements of the gradient, as f64.
std::vector<double> gradient_of_pow(DType dtype, double x, double y, bool of_y, int second = 0) {
  const Graph graph;
  const Output base = cast(vector(graph, {x}), dtype);
  const Output exponent = cast(vector(graph, {y}), dtype);
  const Output power = gradients(reduce_sum(pow(base, exponent)), {of_y ? exponent : base}).at(0);
  if (second == 0) return evaluate(cast(power, DType::f64)).data<double>();
  const Output twice = gradients(reduce_sum(power), {second == 1 ? base : exponent}).at(0);
  return evaluate(cast(twice, DType::f64)).data<double>();
}

TEST_CASE("pow where a factor of its gradient is infinite") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const bool f32 = dtype == DType::f32;
    CAPTURE(f32);
    for (const double tiny : {f32 ? 1e-39 : 1e-310, f32 ? 0x1p-149 : 0x1p-1074}) {
      CHECK(gradient_of_pow(dtype, tiny, 0, false) == List{0});
      CHECK(gradient_of_pow(dtype, -tiny, 0, false) == List{0});
      CHECK(gradient_of_pow(dtype, tiny, 0, false, 1) == List{0});
      CHECK(gradient_of_pow(dtype, tiny, 0, false, 2) == List{infinity});
      CHECK(gradient_of_pow(dtype, -tiny, 0, false, 2) == List{-infinity});
      CHECK(gradient_of_pow(dtype, tiny, 0, true, 1) == List{infinity});
    }
    // The smallest numbers whose inverse is finite, and others.
    CHECK(gradient_of_pow(dtype, f32 ? 0x1p-127 : 0x1p-1023, 0, false, 2) ==
          List{f32 ? 0x1p127 : 0x1p1023});
    CHECK(gradient_of_pow(dtype, 2, 0, false, 2) == List{0.5});
    CHECK(gradient_of_pow(dtype, 0, 0, false) == List{0});
    CHECK(gradient_of_pow(dtype, infinity, 0, false) == List{0});
    CHECK(std::isnan(gradient_of_pow(dtype, std::nan(""), 0, false).at(0)));
    for (const double y : {-1.0, -0.5, -2.0, -3.5}) {
      CAPTURE(y);
      CHECK(gradient_of_pow(dtype, 0, y, true) == List{-infinity});
      CHECK(gradient_of_pow(dtype, 0, y, true, 1) == List{infinity});
      CHECK(gradient_of_pow(dtype, 0, y, true, 2) == List{infinity});
      CHECK(gradient_of_pow(dtype, 0, y, false) == List{-infinity});
      CHECK(gradient_of_pow(dtype, 0, y, false, 1) == List{infinity});
      CHECK(gradient_of_pow(dtype, 0, y, false, 2) == List{infinity});
    }
    CHECK(gradient_of_pow(dtype, 0, 2, true) == List{0});
    CHECK(gradient_of_pow(dtype, -2, -2, true) == List{0});
  }
}

TEST_CASE("the gradient of an extreme that is NaN is NaN") {
  const Graph graph;
  const double nan = std::nan("");
  const Output x = constant(graph, Tensor::from<double>({2, 4}, {nan, 1, 2, 3, /**/ 4, 5, 6, 5}));
  for (const auto reduce : {reduce_max, reduce_min}) {
    CHECK(same(gradient_at(square(reduce(x, {})), x), List(8, nan)));
    CHECK(same(gradient_at(reduce(x, {}), x), List(8, nan)));
  }
  CHECK(same(gradient_at(reduce_max(x, {.axes = {1}}), x),
             List{nan, nan, nan, nan, /**/ 0, 0, 1, 0}));
  CHECK(same(gradient_at(reduce_min(x, {.axes = {0}}), x), List{nan, 1, 1, 1, /**/ nan, 0, 0, 0}));
  const Output a = vector(graph, {nan, 1, nan, 2, infinity});
  const Output b = vector(graph, {1, nan, nan, 3, 1});
  for (const Output& input : {a, b}) {
    const double first = input == a ? 1 : 0;
    CHECK(same(gradient_at(maximum(a, b), input), List{nan, nan, nan, 1 - first, first}));
    CHECK(same(gradient_at(minimum(a, b), input), List{nan, nan, nan, first, 1 - first}));
  }
  CHECK(same(gradient_at(maximum(a, 0), a), List{nan, 1, nan, 1, 1}));
  CHECK(same(gradient_at(abs(a), a), List{nan, 1, nan, 1, 1}));
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
