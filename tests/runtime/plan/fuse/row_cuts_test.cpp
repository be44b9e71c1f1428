#include "plan/fuse/row_cuts.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/networks.hpp"
#include "support/plans/step_text.hpp"

namespace deft {
namespace {

struct Rows {
  explicit Rows(std::vector<std::int64_t> dims, DType dtype = DType::f32)
      : x(variable(graph, Tensor::zeros(dtype, Shape(dims)))),
        g(variable(graph, Tensor::zeros(dtype, Shape(dims)))),
        scale(variable(graph, Tensor::zeros(dtype, {dims.back()}))),
        shift(variable(graph, Tensor::zeros(dtype, {dims.back()}))) {}

  std::size_t size(const std::vector<Output>& fetches) const {
    return step_of(graph, fetches, Optimizations{}).size();
  }

  Graph graph;
  Output x, g, scale, shift;
};

const std::vector<std::vector<std::int64_t>> shapes{{100, 10}, {4096, 100}, {64, 1000},   {7, 3},
                                                    {2, 9},    {5, 4, 30},  {2, 3, 5, 40}};

TEST_CASE("a softmax is one group, and its gradient another") {
  for (const auto& dims : shapes) {
    CAPTURE(Shape(dims).to_string());
    const Rows r(dims);
    CHECK(r.size({networks::softmax(r.x)}) == 1);
    const Output loss = reduce_sum(networks::softmax(r.x) * r.g);
    CHECK(r.size({gradients(loss, {r.x}).at(0)}) == 1);
  }
}

TEST_CASE("so is the logarithm of a sum of exponentials, with the axis left out") {
  for (const auto& dims : shapes) {
    CAPTURE(Shape(dims).to_string());
    const Rows r(dims);
    CHECK(r.size({networks::log_sum_exp(r.x)}) == 1);
    CHECK(r.size({reduce_mean(networks::log_sum_exp(r.x))}) == 1);
    CHECK(r.size({gradients(reduce_sum(networks::log_sum_exp(r.x)), {r.x}).at(0)}) == 1);
  }
}

TEST_CASE("a layer norm is one group, and so are all its gradients") {
  for (const auto& dims : shapes) {
    CAPTURE(Shape(dims).to_string());
    const Rows r(dims);
    const Output y = networks::layer_norm(r.x, r.scale, r.shift);
    CHECK(r.size({y}) == 1);
    CHECK(r.size(gradients(reduce_sum(y * r.g), {r.x})) == 1);
    CHECK(r.size(gradients(reduce_sum(y * r.g), {r.x, r.scale, r.shift})) == 1);
  }
}

TEST_CASE("sums over the rows end a pass over what is made of them") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64})
    for (const auto& dims : shapes) {
      CAPTURE(Shape(dims).to_string());
      const Rows r(dims, dtype);
      const Output d = where(greater(r.x, 0), r.g, 0);
      std::vector<std::int64_t> axes;
      for (std::size_t i = 0; i + 1 < dims.size(); ++i)
        axes.push_back(static_cast<std::int64_t>(i));
      CHECK(r.size({reduce_sum(d, {.axes = axes})}) == 1);
      CHECK(r.size({sum_like(d, r.scale)}) == 1);
      CHECK(r.size({sum_like(d, r.scale), d, reduce_max(d, {.axes = axes})}) == 1);
    }
}

TEST_CASE("what reduces rows and what reduces other rows stay apart") {
  const Rows r({20, 30, 40});
  const Output y = exp(r.x);
  CHECK(r.size({reduce_sum(y, {.axes = {2}}) * 2}) == 1);
  CHECK(r.size({reduce_sum(y, {.axes = {1, 2}}) * 2}) == 1);
  CHECK(r.size({reduce_sum(y, {.axes = {2}}), reduce_sum(y, {.axes = {1, 2}})}) == 2);
  CHECK(r.size({reduce_sum(y, {.axes = {1}})}) == 2);  // neither a prefix nor a suffix
  CHECK(r.size({reduce_sum(y, {.axes = {0, 2}})}) == 2);
}

TEST_CASE("new shapes do not divide a group, and cost nothing") {
  const Rows r({50, 20});
  const Output m = expand_dims(reduce_max(r.x, {.axes = {1}}), 1);
  CHECK(r.size({exp(r.x - m)}) == 1);
  CHECK(r.size({exp(reshape(r.x * 2, {1000})) + 1}) == 1);
  const Output y = exp(r.x - m);
  CHECK(r.size({reshape(y, {1000}), y}) == 1);
  CHECK(r.size({reshape(r.x, {1000}), reshape(r.x, {10, 100})}) == 0);
}

}  // namespace
}  // namespace deft
