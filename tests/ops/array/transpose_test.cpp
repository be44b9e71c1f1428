#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const std::vector<Shape> shapes = {
    Shape{},
    Shape{5},
    Shape{0, 3},
    Shape{3, 4},
    Shape{1, 7},
    Shape{100, 130},
    Shape{2, 20001},
    Shape{20001, 3},
    Shape{2, 3, 4},
    Shape{33, 1, 70},
    Shape{40, 5, 60},
    Shape{2, 3, 4, 5},
    Shape{6, 35, 2, 40},
    Shape{2, 1, 3, 2, 4},
};

TEST_CASE_TEMPLATE("every permutation equals a plain loop", T, float, double, bool) {
  for (const Shape& shape : shapes) {
    const Tensor x = sample<T>(shape);
    std::vector<std::int64_t> permutation(shape.rank());
    std::iota(permutation.begin(), permutation.end(), 0);
    do {
      CAPTURE(shape.to_string());
      std::vector<std::int64_t> dims;
      for (const std::int64_t axis : permutation)
        dims.push_back(shape.dims()[static_cast<std::size_t>(axis)]);
      Tensor expected = Tensor::zeros(dtype_of<T>(), Shape(dims));
      std::size_t at = 0;
      for_each_index(Shape(dims), [&](std::span<const std::int64_t> index) {
        std::vector<std::int64_t> from(index.size());
        for (std::size_t i = 0; i < index.size(); ++i)
          from[static_cast<std::size_t>(permutation[i])] = index[i];
        expected.mutable_data<T>()[at++] = x.data<T>()[broadcast_index(from, shape)];
      });
      const Graph graph;
      const Output y = transpose(constant(graph, x), permutation);
      CHECK(evaluate(y) == expected);
      CHECK(same_for_all_splits(y, expected));
    } while (std::next_permutation(permutation.begin(), permutation.end()));
  }
}

TEST_CASE("dimensions are reversed by default and may count from the end") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, Shape::unknown, 4});
  CHECK(transpose(x).shape() == Shape{4, Shape::unknown, 2});
  CHECK(transpose(x, {-1, 0, 1}).shape() == Shape{4, 2, Shape::unknown});
}

TEST_CASE("what moves no element forwards its input") {
  const TensorSpec in{DType::f32, {1, 5, 1}};
  const Graph graph;
  const Output y = transpose(placeholder(graph, in.dtype, in.shape), {1, 0, 2});
  const TensorSpec out = y.spec();
  CHECK(y.node().op->kernel({{&in, 1}, {&out, 1}, *y.node().attributes}).forwards);
}

TEST_CASE("bad permutations are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  CHECK(caught<GraphError>([&] { transpose(x, {0}); }).info().message ==
        "the permutation names 1 dimensions, but the rank is 2");
  CHECK(caught<GraphError>([&] {
          transpose(x, {0, 0});
        })
            .info()
            .message == "axis 0 of rank 2 is given twice");
  CHECK(caught<GraphError>([&] {
          transpose(x, {0, 2});
        })
            .info()
            .message == "axis 2 is outside the rank 2");
  CHECK_THROWS_AS(transpose(x, {0, 1, 1}), GraphError);
}

}  // namespace
}  // namespace deft
