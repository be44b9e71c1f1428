#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/products.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const std::vector<std::int64_t> small_sizes = {0, 1, 2, 3, 4, 5, 8, 17};

TEST_CASE("products of odd sizes in four dtypes and all layouts") {
  const std::vector<std::int64_t> terms = {0, 1, 2, 3, 4, 5, 7, 16, 17, 37};
  check_products<float>(small_sizes, terms);
  check_products<double>(small_sizes, terms);
  check_products<std::int32_t>({0, 1, 2, 5}, {0, 1, 5});
  check_products<std::int64_t>({0, 1, 2, 5}, {0, 1, 5});
}

TEST_CASE("products with one long side") {
  check_products<float>({1, 2, 5, 1030}, {1, 3, 16, 33});
  check_products<double>({1, 2, 5, 1030}, {1, 3, 16, 33});
  check_products<float>({1, 2, 3, 4, 7}, {2047, 2048, 2049, 5000});
  check_products<double>({1, 2, 3, 4, 7}, {2047, 2048, 2049, 5000});
}

TEST_CASE("integer products wrap") {
  const Tensor a = Tensor::from<std::int32_t>({1, 2}, {2147483647, 1});
  const Tensor b = Tensor::from<std::int32_t>({2, 1}, {2, 3});
  CHECK(product(a, b).item<std::int32_t>() == 1);
  const Tensor c = Tensor::from<std::int64_t>({1, 1}, {std::numeric_limits<std::int64_t>::min()});
  CHECK(product(c, Tensor::from<std::int64_t>({1, 1}, {-1})).item<std::int64_t>() ==
        std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("leading dimensions broadcast") {
  struct Batches {
    std::vector<std::int64_t> a, b, c;
  };
  const std::vector<Batches> all = {{{3}, {}, {3}},           {{}, {3}, {3}},
                                    {{3}, {3}, {3}},          {{2, 1}, {3}, {2, 3}},
                                    {{2, 3}, {1, 1}, {2, 3}}, {{1}, {2, 2}, {2, 2}},
                                    {{0}, {1}, {0}},          {{4, 1, 2}, {1, 3, 1}, {4, 3, 2}}};
  const auto with = [](std::vector<std::int64_t> dims, std::int64_t rows, std::int64_t columns) {
    dims.push_back(rows);
    dims.push_back(columns);
    return Shape(std::span<const std::int64_t>(dims));
  };
  for (const Batches& batches : all)
    for (const ProductCase& c :
         {ProductCase{2, 3, 4}, ProductCase{1, 6, 20}, ProductCase{3, 6, 20}, ProductCase{6, 7, 5},
          ProductCase{6, 7, 5, true}, ProductCase{1, 6, 5, true, true}}) {
      CAPTURE(describe(c));
      const Tensor a =
          sample<float>(c.transpose_a ? with(batches.a, c.k, c.m) : with(batches.a, c.m, c.k), 1);
      const Tensor b =
          sample<float>(c.transpose_b ? with(batches.b, c.n, c.k) : with(batches.b, c.k, c.n), 2);
      const MatmulOptions options{.transpose_a = c.transpose_a, .transpose_b = c.transpose_b};
      const Tensor result = product(a, b, options);
      REQUIRE(result.shape() == with(batches.c, c.m, c.n));
      for_each_index(Shape(std::span<const std::int64_t>(batches.c)),
                     [&](std::span<const std::int64_t> index) {
                       const Tensor x = matrix_at<float>(a, index);
                       const Tensor y = matrix_at<float>(b, index);
                       CHECK(is_product<float>(matrix_at<float>(result, index),
                                               c.transpose_a ? transposed<float>(x) : x,
                                               c.transpose_b ? transposed<float>(y) : y));
                     });
    }
}

template <class T>
void check_nan(const ProductCase& c) {
  CAPTURE(describe(c));
  Tensor a = Tensor::zeros(dtype_of<T>(), {c.m, c.k});
  Tensor b = sample<T>({c.k, c.n});
  b.template mutable_data<T>().back() = std::numeric_limits<T>::quiet_NaN();
  b.template mutable_data<T>().front() = std::numeric_limits<T>::infinity();
  const Tensor result = product<T>(c, a, b);
  const auto values = result.data<T>();
  CHECK(std::isnan(values.back()));   // 0 * NaN
  CHECK(std::isnan(values.front()));  // 0 * infinity
  if (c.n > 2) CHECK(values[1] == T{0});
}

TEST_CASE("zero times NaN is NaN") {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const ProductCase& c :
           {ProductCase{6, 7, 8}, ProductCase{20, 20, 20}, ProductCase{3, 3, 3},
            ProductCase{30, 4, 10}, ProductCase{2, 3, 100}, ProductCase{9, 3, 3000}}) {
        check_nan<float>({c.m, c.n, c.k, transpose_a, transpose_b});
        check_nan<double>({c.m, c.n, c.k, transpose_a, transpose_b});
      }
}

GraphError refused(const Shape& a, const Shape& b, const MatmulOptions& options = {}) {
  const Graph graph;
  return caught<GraphError>([&] {
    matmul(placeholder(graph, DType::f32, a), placeholder(graph, DType::f32, b), options);
  });
}

TEST_CASE("what matmul refuses") {
  const GraphError inner = refused({2, 3}, {4, 5});
  CHECK(inner.code() == ErrorCode::shape_mismatch);
  CHECK(inner.info().message == "the inner dimensions differ: 3 of a [2, 3] and 4 of b [4, 5]");
  CHECK(refused({3, 2}, {5, 4}, {.transpose_a = true, .transpose_b = true}).info().message ==
        "the inner dimensions differ: 3 of a [3, 2] transposed and 4 of b [5, 4] transposed");
  CHECK(refused({}, {3, 2}).info().message ==
        "a has the shape [], but a matrix has rank 2 or more");
  CHECK(refused({2, 3}, {}).info().message ==
        "b has the shape [], but a matrix has rank 2 or more");
  CHECK(refused({2, 2, 3}, {3, 3, 2}).code() == ErrorCode::shape_mismatch);
  CHECK(refused({std::int64_t{1} << 40, 1}, {1, std::int64_t{1} << 40}).code() ==
        ErrorCode::overflow);

  const Graph graph;
  const Output flags = placeholder(graph, DType::boolean, {2, 2});
  CHECK(caught<GraphError>([&] { matmul(flags, flags); }).code() == ErrorCode::dtype_mismatch);
  const Output x = placeholder(graph, DType::f32, {2, 2});
  const Output y = placeholder(graph, DType::f64, {2, 2});
  CHECK(caught<GraphError>([&] { matmul(x, y); }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("dimensions that are not known yet") {
  constexpr std::int64_t unknown = Shape::unknown;
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 5, unknown});
  const Output w = placeholder(graph, DType::f32, {unknown, 7});
  const Output y = matmul(x, w);
  CHECK(y.shape() == Shape{unknown, 5, 7});
  CHECK(matmul(x, x, {.transpose_a = true}).shape() == Shape{unknown, unknown, unknown});
  const Tensor ones = sample<float>({2, 5, 3});
  CHECK(evaluate(y, {{x, ones}, {w, sample<float>({3, 7})}}).shape() == Shape{2, 5, 7});
  const Refusal refusal = caught<Refusal>([&] {
    evaluate(y, {{x, ones}, {w, sample<float>({4, 7})}});
  });
  CHECK(refusal.message == "the inner dimensions differ: 3 of a [2, 5, 3] and 4 of b [4, 7]");
}

}  // namespace
}  // namespace deft
