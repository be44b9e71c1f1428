#include "plan/fuse/leaders.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/step_text.hpp"
#include "support/samples.hpp"

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

TEST_CASE("bias and activation follow a convolution, and what is elementwise a pool") {
  const Graph graph;
  const Output x = variable(zeros(graph, DType::f32, {64, 14, 14, 8}));
  const Output filter = variable(zeros(graph, DType::f32, {3, 3, 8, 32}));
  const Output bias = variable(zeros(graph, DType::f32, {32}));
  const Output y = maximum(conv(x, filter) + bias, 0);
  CHECK(step_of(graph, {y}, all) == Step{"fused(conv, add, maximum)"});
  const Output pooled = max_pool(y, {.window = {2, 2}, .strides = {2, 2}});
  CHECK(step_of(graph, {tanh(pooled) * 2, pooled}, all).back() == "fused(max_pool, tanh, mul)");
  CHECK(step_of(graph, {conv(tanh(x) + 1, filter)}, all) == Step{"fused(tanh, add, conv)"});
}

TEST_CASE("a softmax of the rows follows a large product") {
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

TEST_CASE("an update that asks whether its gradient is finite follows the product") {
  const Layer layer(2000);
  const Output w = variable(zeros(layer.graph, DType::f32, {2000, 64}));
  const Output update = assign(w, w - layer.product * 0.1F);
  const Step follows{"fused(matmul, mul, sub, mul, reduce_sum)"};
  CHECK(step_of(layer.graph, {update, reduce_sum(layer.product * 0)}, all) == follows);
  CHECK(step_of(layer.graph, {update, reduce_sum(0 * layer.product)}, all) == follows);
  CHECK(step_of(layer.graph, {update, reduce_mean(layer.product * 0)}, all).size() == 1);
  // Any other reduction has blocks of its own, and an order.
  CHECK(step_of(layer.graph, {update, reduce_sum(layer.product * 0.5F)}, all).front() == "matmul");
  CHECK(step_of(layer.graph, {update, reduce_max(layer.product * 0)}, all).front() == "matmul");
}

TEST_CASE("an update follows although it waits for numbers of the step, which are soon there") {
  const Layer layer(2000);
  const Output w = variable(zeros(layer.graph, DType::f32, {2000, 64}));
  const Output count = variable(layer.graph, Tensor::scalar(1.0F), {.trainable = false});
  const Output rate = 1 / sqrt(count + 1);
  CHECK(step_of(layer.graph, {assign(w, w - layer.product * rate)}, all) ==
        Step{"add", "sqrt", "div", "fused(matmul, mul, sub)"});
  // But not of numbers that wait for more.
  for (const Output& of : {layer.product, layer.x}) {
    const Output later = 1 / sqrt(reduce_sum(square(of)) + 1);
    const Step step = step_of(layer.graph, {assign(w, w - layer.product * later)}, all);
    CHECK(std::ranges::find(step, "matmul") != step.end());
  }
}

TEST_CASE("what follows such an update is by itself") {
  const Layer layer(2000);
  const Output kept = maximum(layer.product, 0);
  const Output number = sqrt(reduce_sum(layer.product * 0) + 4);
  CHECK(step_of(layer.graph, {kept, number}, all).front() ==
        "fused(matmul, maximum, mul, reduce_sum)");
}

TEST_CASE("a group that waits for something else does not keep a product waiting") {
  const Layer layer(2000, 96);
  const Output other = matmul(layer.product, layer.w);
  CHECK(step_of(layer.graph, {maximum(layer.product, 0) + other}, all) ==
        Step{"matmul", "fused(matmul, maximum, add)"});  // behind the later of them
  const Output beside = matmul(layer.x, variable(zeros(layer.graph, DType::f32, {96, 96})));
  CHECK(step_of(layer.graph, {tanh(layer.product + beside)}, all) ==
        Step{"matmul", "matmul", "fused(add, tanh)"});
}

TEST_CASE("a reader of the shape alone does not follow") {
  const Layer layer(2000);
  const Output like = exp(broadcast_like(layer.bias, layer.product));
  CHECK(step_of(layer.graph, {like, layer.product}, all).size() == 2);
  const Output loss = reduce_sum(layer.product);
  Session session(layer.graph);
  session.run(global_variables_initializer(layer.graph));
  CHECK(session.eval(loss).item<float>() == 0);
  CHECK(session.eval(gradient(loss, layer.w)).shape() == Shape{96, 64});
}

TEST_CASE("a small result of one part follows, a large one would keep threads from sharing it") {
  const auto step = [](const Layer& layer, int threads) {
    Session session(layer.graph, {.threads = threads});
    return text_of(session.explain({exp(layer.product)}).operations);
  };
  CHECK(step(Layer(128, 64), 2) == Step{"fused(matmul, exp)"});
  CHECK(step(Layer(120, 1500), 1) == Step{"fused(matmul, exp)"});
  CHECK(step(Layer(120, 1500), 2) == Step{"matmul", "exp"});
  CHECK(step(Layer(300, 600), 2) == Step{"fused(matmul, exp)"});  // of two parts
}

TEST_CASE("a part that no cache holds is left alone") {
  const Layer layer(600, 4000);
  CHECK(step_of(layer.graph, {exp(layer.product)}, all) == Step{"matmul", "exp"});
}

/// Elementwise work before a product: rows that are centred and scaled.
Output prepared(const Layer& layer) {
  const Output scale = variable(zeros(layer.graph, layer.x.dtype(), {96}));
  return (layer.x - reduce_mean(layer.x, {.axes = {1}, .keep_dims = true})) * scale;
}

TEST_CASE("elementwise work before a large product is part of it") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {128, 5000}) {
      CAPTURE(rows);
      const Layer layer(rows, 64, dtype);
      const Output product = matmul(prepared(layer), layer.w);
      CHECK(step_of(layer.graph, {product}, all) == Step{"fused(reduce_mean, sub, mul, matmul)"});
      CHECK(step_of(layer.graph, {maximum(product + layer.bias, 0)}, all) ==
            Step{"fused(reduce_mean, sub, mul, matmul, add, maximum)"});
      CHECK(step_of(layer.graph, {matmul(exp(layer.x), layer.w)}, all) ==
            Step{"fused(exp, matmul)"});
    }
}

TEST_CASE("unless somebody else reads what it makes") {
  const Layer layer(2000);
  const Output operand = prepared(layer);
  const Output product = matmul(operand, layer.w);
  CHECK(step_of(layer.graph, {product, operand}, all) ==
        Step{"fused(reduce_mean, sub, mul)", "matmul"});
  CHECK(step_of(layer.graph, {matmul(operand, operand, {.transpose_b = true})}, all).size() == 2);
  CHECK(step_of(layer.graph, {product + reduce_sum(operand)}, all).size() > 1);
}

TEST_CASE("or the product wants it in columns, or as its other operand") {
  const Layer layer(2000);
  const Output in_columns = matmul(exp(layer.x), layer.product, {.transpose_a = true});
  CHECK(step_of(layer.graph, {in_columns}, all).size() == 3);
  CHECK(step_of(layer.graph, {matmul(layer.x, exp(layer.w))}, all) == Step{"exp", "matmul"});
}

TEST_CASE("or the product waits for something else") {
  const Layer layer(2000, 96);
  const Output other = matmul(layer.x, layer.x, {.transpose_a = true});
  CHECK(step_of(layer.graph, {matmul(exp(layer.x), other)}, all).size() == 3);
  const ControlDependencies after(layer.graph, {layer.product});
  CHECK(step_of(layer.graph, {matmul(exp(layer.x), layer.w)}, all) ==
        Step{"matmul", "fused(exp, matmul)"});  // both wait
}

}  // namespace
}  // namespace deft
