#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

TEST_CASE("products with vectors are those of NumPy") {
  const Graph graph;
  const Output v = constant(graph, Tensor::from<double>({2}, {3, 4}));
  const Output a = constant(graph, Tensor::from<double>({2, 2}, {1, 2, 3, 4}));
  const Output batch = constant(graph, Tensor::from<double>({2, 1, 2}, {1, 2, 3, 4}));
  const Output columns = constant(graph, Tensor::from<double>({2, 2, 1}, {1, 2, 3, 4}));
  CHECK(evaluate(matmul(v, v)) == Tensor::scalar(25.0));
  CHECK(evaluate(matmul(a, v)) == Tensor::from<double>({2}, {11, 25}));
  CHECK(evaluate(matmul(v, a)) == Tensor::from<double>({2}, {15, 22}));
  CHECK(evaluate(matmul(a, v, {.transpose_a = true})) == Tensor::from<double>({2}, {15, 22}));
  CHECK(evaluate(matmul(v, a, {.transpose_b = true})) == Tensor::from<double>({2}, {11, 25}));
  CHECK(evaluate(matmul(batch, v)) == Tensor::from<double>({2, 1}, {11, 25}));
  CHECK(evaluate(matmul(v, columns)) == Tensor::from<double>({2, 1}, {11, 25}));
  const Output integers = constant(graph, Tensor::from<std::int32_t>({0}, {}));
  CHECK(evaluate(matmul(integers, integers)) == Tensor::scalar(0));
}

TEST_CASE("gradients of products with vectors") {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{3}, {3}}, {{2, 3}, {3}}, {{3}, {3, 2}}, {{2, 2, 3}, {3}}, {{3}, {2, 3, 2}}};
  for (const auto& both : shapes)
    for (const bool known : {true, false}) {
      const Shape& of_a = both.first;
      const Shape& of_b = both.second;
      CAPTURE(of_a);
      CAPTURE(of_b);
      const Graph graph;
      const auto input = [&](const Shape& shape) {
        const std::vector<std::int64_t> open(shape.rank(), Shape::unknown);
        return placeholder(graph, DType::f64,
                           known ? shape : Shape(std::span<const std::int64_t>(open)));
      };
      const Output a = input(of_a);
      const Output b = input(of_b);
      CHECK(gradient_mismatch(matmul(a, b), {a, b},
                              {sample<double>(of_a, 1), sample<double>(of_b, 2)}) == "");
    }
}

TEST_CASE("a product with a vector has the name and the line of the call") {
  const Graph graph;
  const Output v = placeholder(graph, DType::f32, {3});
  const Output a = placeholder(graph, DType::f32, {3, 2});
  const int line = __LINE__ + 1;
  const Output y = matmul(v, a, {.name = "product"});
  CHECK(y.name() == "product");
  CHECK(y.node().where.line == line);
}

TEST_CASE("what matmul refuses of vectors") {
  const Graph graph;
  const auto refused = [&](const Shape& a, const Shape& b, const MatmulOptions& options = {}) {
    return caught<GraphError>([&] {
      matmul(placeholder(graph, DType::f32, a), placeholder(graph, DType::f32, b), options);
    });
  };
  const GraphError inner = refused({3}, {2, 4});
  CHECK(inner.code() == ErrorCode::shape_mismatch);
  CHECK(inner.info().op == "matmul");
  CHECK(inner.info().operands == "f32[3], f32[2, 4]");
  CHECK(inner.info().message == "the inner dimensions differ: 3 of a [3] and 2 of b [2, 4]");
  CHECK(refused({3}, {4}).info().message ==
        "the inner dimensions differ: 3 of a [3] and 4 of b [4]");
  CHECK(refused({5, 2, 3}, {4}, {.transpose_a = true}).info().message ==
        "the inner dimensions differ: 2 of a [5, 2, 3] transposed and 4 of b [4]");
  CHECK(refused({3}, {3, 2}, {.transpose_a = true}).info().message ==
        "a [3] is a vector, which has no transpose");
  CHECK(refused({2, 3}, {3}, {.transpose_b = true}).info().message ==
        "b [3] is a vector, which has no transpose");
  CHECK(refused({3}, {}).info().message == "b has the shape [], but a matrix has rank 2 or more");
  CHECK(caught<GraphError>([&] { matmul(placeholder(graph, DType::f32, {3}), Output()); }).code() ==
        ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
