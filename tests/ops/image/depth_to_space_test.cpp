#include <cstdint>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/image.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;
constexpr auto first = ChannelLayout::channels_first;

/// The channel of x that stands at a row and a column of a block, in a channel of the result.
std::int64_t channel_of(DepthOrder order, std::int64_t row, std::int64_t column, std::int64_t to,
                        std::int64_t block, std::int64_t channels) {
  return order == DepthOrder::block_first ? (row * block + column) * channels + to
                                          : (to * block + row) * block + column;
}

TEST_CASE_TEMPLATE("channels become blocks as in a plain loop", T, float, std::int64_t, bool) {
  constexpr std::int64_t block = 3;
  constexpr std::int64_t channels = 2;
  for (const DepthOrder order : {DepthOrder::block_first, DepthOrder::channel_first}) {
    CAPTURE(static_cast<int>(order));
    const Graph graph;
    const Tensor x = sample<T>({2, channels * block * block, 2, 5});
    Tensor expected = Tensor::zeros(x.dtype(), {2, channels, 2 * block, 5 * block});
    std::size_t at = 0;
    for_each_index(expected.shape(), [&](std::span<const std::int64_t> index) {
      const std::int64_t from =
          channel_of(order, index[2] % block, index[3] % block, index[1], block, channels);
      const std::int64_t flat =
          ((index[0] * 18 + from) * 2 + index[2] / block) * 5 + index[3] / block;
      expected.mutable_data<T>()[at++] = x.data<T>()[static_cast<std::size_t>(flat)];
    });
    const Output given = constant(graph, x);
    const Output y = depth_to_space(given, block, {.order = order, .layout = first});
    CHECK(y.shape() == expected.shape());
    CHECK(evaluate(y) == expected);
    const Output last = depth_to_space(transpose(given, {0, 2, 3, 1}), block, {.order = order});
    CHECK(evaluate(transpose(last, {0, 3, 1, 2})) == expected);
    if (order == DepthOrder::channel_first) continue;
    CHECK(evaluate(space_to_depth(y, block, {.layout = first})) == x);
    CHECK(evaluate(transpose(space_to_depth(last, block), {0, 3, 1, 2})) == x);
  }
}

TEST_CASE("a batch that is not known, and an empty one") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 2, 2, 8});
  const Output y = space_to_depth(depth_to_space(x, 2), 2, {.name = "again"});
  CHECK(y.name() == "again");
  CHECK(y.shape() == Shape{unknown, 2, 2, 8});
  const Tensor two = sample<float>({2, 2, 2, 8});
  CHECK(evaluate(y, {{x, two}}) == two);
  CHECK(evaluate(y, {{x, Tensor::zeros(DType::f32, {0, 2, 2, 8})}}).shape() == Shape{0, 2, 2, 8});
}

TEST_CASE("gradients are those of differences") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {1, 2, 2, 4});
  const Tensor at = sample<double>({1, 2, 2, 4});
  CHECK(gradient_mismatch(square(depth_to_space(x, 2)), {x}, {at}) == "");
  CHECK(gradient_mismatch(square(space_to_depth(x, 2)), {x}, {at}) == "");
}

TEST_CASE("arguments are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1, 4, 6, 6});
  const auto depth = caught<GraphError>([&] { depth_to_space(x, 2); });
  CHECK(depth.code() == ErrorCode::shape_mismatch);
  CHECK(depth.info().message == "the number of channels is 6, no multiple of 4");
  CHECK(caught<GraphError>([&] { space_to_depth(x, 4); }).info().message ==
        "the width is 6, no multiple of 4");
  CHECK(caught<GraphError>([&] { depth_to_space(x, 0); }).info().message ==
        "the block is 0, but must be from 1 to 1048576");
  CHECK(caught<GraphError>([&] {
          space_to_depth(placeholder(graph, DType::f32, {1, 4, 6}), 2);
        })
            .info()
            .message == "x has the shape [1, 4, 6], but pictures have 4 dimensions");
  CHECK(caught<GraphError>([&] {
          depth_to_space(placeholder(graph, DType::f32, {1, unknown, 6, 4}), 2);
        })
            .info()
            .message == "height, width and channels must be known, but the shape is [1, ?, 6, 4]");
}

}  // namespace
}  // namespace deft
