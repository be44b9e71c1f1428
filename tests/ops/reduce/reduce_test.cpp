#include <deft/ops/reduce.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

using Builder = Output (*)(const Output&, const ReduceOptions&);

/// Shapes that take every way through the kernels: rows shorter and longer than the lanes, several
/// segments, narrow and wide columns, panels, folded rows, outer dimensions, several parts.
const std::vector<Shape> shapes = {
    Shape{},
    Shape{1},
    Shape{5},
    Shape{17},
    Shape{33},
    Shape{1000},
    Shape{16385},
    Shape{50001},
    Shape{1, 4, 1},
    Shape{7, 9},
    Shape{3, 1000},
    Shape{1000, 3},
    Shape{20011, 2},
    Shape{2, 20011},
    Shape{700, 70},
    Shape{3, 1100},
    Shape{5, 4, 3},
    Shape{40, 6, 50},
    Shape{6, 40, 2},
    Shape{3, 2, 5, 4},
    Shape{2, 3, 700},
    Shape{30, 2, 1300},
    Shape{3, 7, 1, 64, 5},
};

std::vector<std::int64_t> axes_of(std::size_t subset, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < rank; ++i)
    if (((subset >> i) & 1U) != 0) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

Shape reduced_shape(const Shape& shape, std::size_t subset, bool keep_dims) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const bool reduced = ((subset >> i) & 1U) != 0;
    if (!reduced || keep_dims) dims.push_back(reduced ? 1 : shape.dims()[i]);
  }
  return Shape(dims);
}

/// Takes the elements of x in row-major order, each into its result.
template <class T, class A, class Take>
std::vector<A> expected_of(const Tensor& x, std::size_t subset, A first, const Take& take) {
  const Shape kept = reduced_shape(x.shape(), subset, true);
  std::vector<A> results(static_cast<std::size_t>(kept.num_elements()), first);
  std::size_t at = 0;
  for_each_index(x.shape(), [&](std::span<const std::int64_t> index) {
    A& result = results[broadcast_index(index, kept)];
    result = take(result, x.data<T>()[at++]);
  });
  return results;
}

/// Every shape over every set of axes. `expected(x, subset)` gives the results, `make` an x.
template <class T, class Expected>
void check_reduction(
    Builder builder, const Expected& expected,
    Tensor (*make)(const Shape&) = [](const Shape& shape) { return sample<T>(shape); }) {
  for (const Shape& shape : shapes) {
    const Tensor x = make(shape);
    for (std::size_t subset = 0; subset < (std::size_t{1} << shape.rank()); ++subset) {
      CAPTURE(shape.to_string());
      CAPTURE(subset);
      const bool keep_dims = subset % 2 == 0;
      const Graph graph;
      const Output y = builder(constant(graph, x),
                               {.axes = axes_of(subset, shape.rank()), .keep_dims = keep_dims});
      REQUIRE(y.shape() == reduced_shape(shape, subset, keep_dims));
      const Tensor result = evaluate(y);
      CHECK(result == Tensor::from<T>(y.shape(), expected(x, subset)));
      CHECK(same_for_all_splits(y, result));
    }
  }
}

template <class T>
std::vector<T> sums(const Tensor& x, std::size_t subset) {
  using A = std::conditional_t<std::is_floating_point_v<T>, double, T>;
  const auto exact = expected_of<T>(x, subset, A{0}, [](A sum, T value) { return sum + value; });
  std::vector<T> rounded;
  for (const A sum : exact) rounded.push_back(static_cast<T>(sum));
  return rounded;
}

TEST_CASE_TEMPLATE("reduce_sum over every set of axes", T, float, double, std::int32_t,
                   std::int64_t) {
  check_reduction<T>(reduce_sum, sums<T>);  // multiples of 1/16: sums are exact in any order
}

/// Of floating dtypes powers of 2, of which only few are not 1 and -1; odd integers.
template <class T>
Tensor factors(const Shape& shape) {
  Tensor x = sample<T>(shape);
  for (T& value : x.mutable_data<T>()) {
    const int number = static_cast<int>(value * (std::is_floating_point_v<T> ? 16 : 1));
    if constexpr (std::is_floating_point_v<T>)
      value = static_cast<T>(number % 32 == 0 ? 2 : number % 32 == 1 ? 0.5 : number < 0 ? -1 : 1);
    else
      value = static_cast<T>(2 * number + 1);
  }
  return x;
}

TEST_CASE_TEMPLATE("reduce_prod over every set of axes", T, float, double, std::int32_t,
                   std::int64_t) {
  using A = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
  const auto products = [](const Tensor& x, std::size_t subset) {
    std::vector<T> rounded;
    for (const A product : expected_of<T>(
             x, subset, A{1}, [](A so_far, T value) { return so_far * static_cast<A>(value); }))
      rounded.push_back(static_cast<T>(product));
    return rounded;
  };
  check_reduction<T>(reduce_prod, products, factors<T>);
}

TEST_CASE_TEMPLATE("reduce_mean over every set of axes", T, float, double) {
  check_reduction<T>(reduce_mean, [](const Tensor& x, std::size_t subset) {
    const auto totals =
        expected_of<T>(x, subset, 0.0, [](double sum, T value) { return sum + value; });
    const double count = static_cast<double>(x.num_elements()) / static_cast<double>(totals.size());
    std::vector<T> means;
    for (const double total : totals) means.push_back(static_cast<T>(total / count));
    return means;
  });
}

TEST_CASE_TEMPLATE("reduce_max and reduce_min over every set of axes", T, float, double,
                   std::int32_t, std::int64_t) {
  check_reduction<T>(reduce_max, [](const Tensor& x, std::size_t subset) {
    return expected_of<T>(x, subset, std::numeric_limits<T>::lowest(),
                          [](T a, T b) { return std::max(a, b); });
  });
  check_reduction<T>(reduce_min, [](const Tensor& x, std::size_t subset) {
    return expected_of<T>(x, subset, std::numeric_limits<T>::max(),
                          [](T a, T b) { return std::min(a, b); });
  });
}

TEST_CASE("columns that are wider than the accumulators, and longer than a cache") {
  for (const Shape& shape : {Shape{140, 9000}, Shape{9000, 140}}) {
    CAPTURE(shape.to_string());
    const Tensor x = sample<float>(shape);
    const Graph graph;
    const Output y = reduce_sum(constant(graph, x), {.axes = {0}});
    const Tensor result = evaluate(y);
    CHECK(result == Tensor::from<float>(y.shape(), sums<float>(x, 1)));
    CHECK(same_for_all_splits(y, result));
  }
}

TEST_CASE_TEMPLATE("sums and products that round are the same bytes on every instruction set", T,
                   float, double) {
  for (const Shape& shape : shapes) {
    for (std::size_t subset = 1; subset < (std::size_t{1} << shape.rank()); ++subset) {
      CAPTURE(shape.to_string());
      CAPTURE(subset);
      const Graph graph;
      const Output x = constant(graph, sample<T>(shape, 3));
      const ReduceOptions axes{.axes = axes_of(subset, shape.rank())};
      for (const Output& y : {reduce_sum(x, axes), reduce_prod(1 + x / 4096, axes)}) {
        const Tensor result = evaluate(y);
        for (const std::int64_t target : InstructionSet::all()) {
          const InstructionSet only(target);
          CHECK(same_bytes(evaluate(y), result));
        }
      }
    }
  }
}

TEST_CASE("f32 is accumulated in f64") {
  const Graph graph;
  std::vector<float> values(100000, 0.1F);
  values[0] = 1e8F;
  const Tensor sum = evaluate(reduce_sum(constant(graph, Tensor::from<float>({100000}, values))));
  const double exact = 1e8 + 99999 * static_cast<double>(0.1F);
  CHECK(sum.item<float>() == static_cast<float>(exact));
}

TEST_CASE("integer sums wrap") {
  const Graph graph;
  const std::vector<std::int32_t> values(40, std::numeric_limits<std::int32_t>::max());
  const Output x = constant(graph, Tensor::from<std::int32_t>({40}, values));
  CHECK(evaluate(reduce_sum(x)).item<std::int32_t>() == -40);
}

TEST_CASE_TEMPLATE("one NaN makes an extreme NaN wherever it stands", T, float, double) {
  for (const std::int64_t size : {1, 7, 40, 70, 1003}) {
    for (std::int64_t at = 0; at < size; at += 1 + size / 13) {
      std::vector<T> values(static_cast<std::size_t>(size), T{1});
      values[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      for (const std::int64_t target : InstructionSet::all()) {
        const InstructionSet only(target);
        const Graph graph;
        const Output row = constant(graph, Tensor::from<T>({size}, values));
        CHECK(std::isnan(evaluate(reduce_max(row)).item<T>()));
        CHECK(std::isnan(evaluate(reduce_min(row)).item<T>()));
        const Output column = constant(graph, Tensor::from<T>({size, 1}, values));
        const Output columns = broadcast_to(column, {size, 3});
        CHECK(std::isnan(evaluate(reduce_max(columns, {.axes = {0}})).template data<T>()[2]));
        CHECK(std::isnan(evaluate(reduce_min(columns, {.axes = {0}})).template data<T>()[0]));
      }
    }
  }
}

TEST_CASE("infinities") {
  const double inf = std::numeric_limits<double>::infinity();
  const Graph graph;
  const Output x = constant(graph, Tensor::from<double>({3}, {inf, -inf, 1}));
  CHECK(std::isnan(evaluate(reduce_sum(x)).item<double>()));
  CHECK(evaluate(reduce_max(x)).item<double>() == inf);
  CHECK(evaluate(reduce_min(x)).item<double>() == -inf);
  const Output low = constant(graph, Tensor::from<double>({2}, {-inf, -inf}));
  CHECK(evaluate(reduce_max(low)).item<double>() == -inf);
}

TEST_CASE("reductions over nothing") {
  const Graph graph;
  const Output x = zeros(graph, DType::f32, {3, 0});
  CHECK(evaluate(reduce_sum(x, {.axes = {1}})) == Tensor::from<float>({3}, {0, 0, 0}));
  CHECK(evaluate(reduce_sum(x)).item<float>() == 0);
  CHECK(evaluate(reduce_prod(x)).item<float>() == 1);
  CHECK(std::isnan(evaluate(reduce_mean(x)).item<float>()));
  CHECK(evaluate(reduce_mean(x, {.axes = {0}})).shape() == Shape{0});
  CHECK(evaluate(reduce_max(x, {.axes = {0}})).shape() == Shape{0});
  const auto refused = caught<GraphError>([&] { reduce_max(x); });
  CHECK(refused.code() == ErrorCode::shape_mismatch);
  CHECK(refused.info().message == "dimension 1 of [3, 0] is 0, and nothing has no extreme");
  const Output late = placeholder(graph, DType::f32, {Shape::unknown});
  const Output extreme = reduce_min(late);
  CHECK_THROWS_AS(evaluate(extreme, {{late, Tensor::zeros(DType::f32, {0})}}), Refusal);
}

TEST_CASE("axes count from the end, and are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, Shape::unknown, 4});
  CHECK(reduce_sum(x, {.axes = {-1}}).shape() == Shape{2, Shape::unknown});
  CHECK(reduce_sum(x, {.axes = {1}, .keep_dims = true}).shape() == Shape{2, 1, 4});
  CHECK(reduce_sum(x, {.axes = std::vector<std::int64_t>{}}).shape() == x.shape());
  const auto range = caught<GraphError>([&] { reduce_sum(x, {.axes = {3}}); });
  CHECK(range.code() == ErrorCode::invalid_argument);
  CHECK(range.info().message == "axis 3 is outside the rank 3");
  CHECK(range.info().cure == "use -3 to 2");
  const auto twice = caught<GraphError>([&] { reduce_sum(x, {.axes = {1, -2}}); });
  CHECK(twice.info().message == "axis -2 of rank 3 is given twice");
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK(caught<GraphError>([&] { reduce_sum(scalar, {.axes = {0}}); }).info().cure ==
        "a scalar has no axes");
}

TEST_CASE("dtypes are checked") {
  const Graph graph;
  const Output flag = placeholder(graph, DType::boolean, {2});
  const Output integer = placeholder(graph, DType::i32, {2});
  CHECK(caught<GraphError>([&] { reduce_sum(flag); }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { reduce_max(flag); }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { reduce_mean(integer); }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
