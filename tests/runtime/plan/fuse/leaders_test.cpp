#include "plan/fuse/leaders.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/samples.hpp"
#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations all;

/// x [rows, 96] w [96, columns], of more columns than a group would compute itself.
struct Layer {
  explicit Layer(std::int64_t rows, std::int64_t columns = 64, DType dtype = DType::f32)
      : x(variable(zeros(graph, dtype, {rows, 96}))),
        w(variable(zeros(graph, dtype, {96, columns}))),
        bias(variable(zeros(graph, dtype, {columns}))),
        product(matmul(x, w)) {}
  Graph graph;
  Output x, w, bias, product;
};

TEST_CASE("bias and activation follow a large product") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {128, 5000}) {
      CAPTURE(rows);
      const Layer layer(rows, 64, dtype);
      const Output y = maximum(layer.product + layer.bias, 0);
      CHECK(step_of(layer.graph, {y}, all) == Step{"fused(matmul, add, maximum)"});
      CHECK(step_of(layer.graph, {layer.product + layer.bias}, all) == Step{"fused(matmul, add)"});
      CHECK(step_of(layer.graph, {y, layer.product}, all) == Step{"fused(matmul, add, maximum)"});
    }
}

TEST_CASE("so does a softmax of the rows") {
  const Layer layer(2000);
  const Output e = exp(layer.product - reduce_max(layer.product, {.axes = {1}, .keep_dims = true}));
  const Output y = e / reduce_sum(e, {.axes = {1}, .keep_dims = true});
  CHECK(step_of(layer.graph, {y}, all) ==
        Step{"fused(matmul, reduce_max, sub, exp, reduce_sum, div)"});
}

TEST_CASE("a product that only some rows' sums or a transpose of it need leads nobody") {
  const Layer layer(2000);
  CHECK(step_of(layer.graph, {reduce_sum(square(layer.product))}, all).front() == "matmul");
  CHECK(step_of(layer.graph, {exp(transpose(layer.product)) + 1}, all).front() == "matmul");
}

TEST_CASE("a group that waits for what waits for the product does not follow it") {
  const Layer layer(2000, 96);
  const Output other = matmul(layer.product, layer.w);
  const Output y = maximum(layer.product, 0) + other;
  const Step step = step_of(layer.graph, {y}, all);
  CHECK(step == Step{"matmul", "fused(matmul, maximum, add)"});
}

TEST_CASE("a small result of one part follows, a large one would keep threads from sharing it") {
  const Layer small(128, 64);
  CHECK(step_of(small.graph, {exp(small.product)}, all).size() == 1);
  const Layer large(300, 600);
  CHECK(step_of(large.graph, {exp(large.product)}, all) == Step{"matmul", "exp"});
}

}  // namespace
}  // namespace deft
