#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/convolution_layers.hpp>

#include "caught.hpp"
#include "support/convolutions.hpp"
#include "support/gradient_check.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST_CASE("a convolution by its products, with strides, dilations, groups and a bias") {
  using Padding = Paddings::value_type;
  const ConvCase c{2, 4, 6, {{6, 3, 2, 1, Padding{1, 0}}, {7, 2, 1, 2, Padding{0, 2}}}, 2};
  const ConvOptions options = c.options();
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown, 6, 7, 4});
  const Conv layer(Random(graph), c.in, c.out, {3, 2},
                   {.strides = options.strides,
                    .dilations = options.dilations,
                    .groups = options.groups,
                    .padding = options.padding,
                    .dtype = DType::f64});
  CHECK(layer.weight.shape() == Shape{3, 2, 2, 6});
  const Tensor at = sample<double>(c.x());
  const Tensor weight = sample<double>(c.w(), 2);
  const Tensor bias = sample<double>({c.out}, 4);
  Session session(graph);
  session.set({{layer.weight, weight}, {layer.bias, bias}});
  const Tensor made = session.run(layer(x), {{x, at}});
  REQUIRE(made.shape() == Shape{2, 3, 7, 6});
  REQUIRE(made.shape() == c.y());
  std::vector<double> sums(made.data<double>().size());
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = bias.data<double>()[i % 6];
  for_each_product(c, [&](std::size_t from, std::size_t by, std::size_t to) {
    sums[to] += at.data<double>()[from] * weight.data<double>()[by];
  });
  for (std::size_t i = 0; i < sums.size(); ++i)
    CHECK(made.data<double>()[i] == doctest::Approx(sums[i]));
  CHECK(session.run(layer(x), {{x, Tensor::zeros(DType::f64, {0, 6, 7, 4})}}).shape() ==
        Shape{0, 3, 7, 6});
}

TEST_CASE("convolutions have variables under their names, in 1 to 3 dimensions") {
  const Graph graph;
  const Random random(graph);
  const NameScope scope(graph, "model");
  for (const std::size_t rank : {1U, 2U, 3U}) {
    const std::string name = "c" + std::to_string(rank);
    const Conv layer(random, 2, 5, Numbers(rank, 3), {.name = name});
    CHECK(layer.weight.name() == "model/" + name + "/weight");
    CHECK(layer.bias.name() == "model/" + name + "/bias");
    CHECK(layer.bias.shape() == Shape{5});
    Numbers dims(rank + 2, 4);
    dims.back() = 2;
    const Output x = placeholder(graph, DType::f32, Shape(dims));
    Numbers windows(rank + 2, 2);
    windows[0] = 4;
    windows.back() = 5;
    CHECK(layer(x, {.name = "y"}).shape() == Shape(windows));
    CHECK(parameters(layer(x)) == std::vector<Output>{layer.bias, layer.weight});
    const ConvTranspose back(random, 5, 2, Numbers(rank, 3), {.name = name + "t"});
    CHECK(back.weight.name() == "model/" + name + "t/weight");
    CHECK(back(layer(x)).shape() == Shape(dims));
  }
  const Conv plain(random, 2, 5, {3}, {.use_bias = false});
  CHECK(plain.bias.is_empty());
  CHECK(plain.weight.name() == "model/conv/weight");
  const Output x = placeholder(graph, DType::f32, {1, 4, 2});
  CHECK(plain(x, {.name = "plain"}).name() == "model/plain");
}

TEST_CASE("same padding gives as many windows as elements, by strides") {
  const Graph graph;
  const Random random(graph);
  Session session(graph);
  for (const SamePadding same : {SamePadding::upper, SamePadding::lower})
    for (const std::int64_t stride : {1, 2, 3})
      for (const std::int64_t size : {5, 6, 1}) {
        const Conv layer(
            random, 1, 1, {4},
            {.strides = {stride}, .dilations = {1}, .same = same, .dtype = DType::f64});
        const Output x = placeholder(graph, DType::f64, {2, size, 1});
        const Tensor at = sample<double>({2, size, 1});
        session.set({{layer.weight, sample<double>({4, 1, 1}, 5)}, {layer.bias, Tensor{0.5}}});
        const SameOptions of{.strides = {stride}};
        const Paddings padding =
            same == SamePadding::upper ? same_upper({size}, {4}, of) : same_lower({size}, {4}, of);
        const Output wanted = conv(x, layer.weight, {.strides = {stride}, .padding = padding});
        CHECK(layer(x).shape() == Shape{2, (size + stride - 1) / stride, 1});
        CHECK(session.run(layer(x), {{x, at}}) == session.run(wanted + layer.bias, {{x, at}}));
      }
  const Output unknown = placeholder(graph, DType::f32, {1, Shape::unknown, 1});
  const Conv dense(random, 1, 1, {3}, {.dilations = {2}, .same = SamePadding::upper});
  session.run(global_variables_initializer(graph));
  CHECK(session.run(dense(unknown), {{unknown, sample<float>({1, 9, 1})}}).shape() ==
        Shape{1, 9, 1});
  const Conv strided(random, 1, 1, {3}, {.strides = {2}, .same = SamePadding::lower});
  const int line = __LINE__ + 1;
  const GraphError error = caught<GraphError>([&] { strided(unknown); });
  CHECK(error.info().where.line == line);
  CHECK(error.info().message.find("[1, ?, 1]") != std::string::npos);
  CHECK(error.info().message.find("stride 2 depends") != std::string::npos);
}

/// x with its channels before its spatial dimensions.
Output channels_first(const Output& x) { return transpose(x, {0, 3, 1, 2}); }

TEST_CASE("first weights and results are those of the other layout") {
  const auto results = [](ChannelLayout layout, bool others_before) {
    const Graph graph;
    const Random random(graph, {.seed = 3});
    const bool is_last = layout == ChannelLayout::channels_last;
    if (others_before) Dense(random, 3, 4);
    const Conv down(random, 2, 4, {3, 2}, {.groups = 2, .layout = layout, .name = "down"});
    const ConvTranspose up(random, 4, 3, {3, 2}, {.layout = layout, .name = "up"});
    CHECK(down.weight.shape() == (is_last ? Shape{3, 2, 1, 4} : Shape{4, 1, 3, 2}));
    CHECK(up.weight.shape() == (is_last ? Shape{3, 2, 3, 4} : Shape{4, 3, 3, 2}));
    const Output x = constant(graph, sample<float>({2, 5, 4, 2}));
    const Output y = up(down(is_last ? x : channels_first(x)));
    Session session(graph);
    session.run(global_variables_initializer(graph));
    session.set({{down.bias, sample<float>({4}, 2)}, {up.bias, sample<float>({3}, 5)}});
    return session.run(is_last ? channels_first(y) : y);
  };
  const Tensor last = results(ChannelLayout::channels_last, false);
  const Tensor first = results(ChannelLayout::channels_first, false);
  REQUIRE(last.shape() == Shape{2, 3, 5, 4});
  REQUIRE(first.shape() == last.shape());
  for (std::size_t i = 0; i < last.data<float>().size(); ++i)
    CHECK(first.data<float>()[i] == doctest::Approx(last.data<float>()[i]).epsilon(1e-4));
  CHECK(bitwise_equal(results(ChannelLayout::channels_last, true), last));
  CHECK_FALSE(last.data<float>()[0] == last.data<float>()[1]);
}

TEST_CASE("a transposed layer is the gradient of a convolution") {
  const Graph graph;
  const Random random(graph);
  const ConvTranspose layer(
      random, 3, 2, {3},
      {.strides = {2}, .padding = {{1, 1}}, .output_padding = {1}, .dtype = DType::f64});
  const Output y = placeholder(graph, DType::f64, {2, 4, 3});
  const Output x = placeholder(graph, DType::f64, {2, 8, 2});
  const Output forward = conv(x, layer.weight, {.strides = {2}, .padding = {{1, 1}}});
  const Output back = gradients(std::vector{forward}, {x}, {.grad_ys = {y}})[0];
  Session session(graph);
  session.set({{layer.weight, sample<double>({3, 2, 3})}, {layer.bias, Tensor{1.0, -2.0}}});
  const std::vector<Tensor> made =
      session.run({layer(y), back + layer.bias},
                  {{y, sample<double>({2, 4, 3}, 2)}, {x, Tensor::zeros(DType::f64, {2, 8, 2})}});
  REQUIRE(made[0].shape() == Shape{2, 8, 2});
  for (std::size_t i = 0; i < made[0].data<double>().size(); ++i)
    CHECK(made[0].data<double>()[i] == doctest::Approx(made[1].data<double>()[i]));
}

TEST_CASE("gradients of convolutional layers, to the second order") {
  const Graph graph;
  const Random random(graph);
  Conv layer(random, 2, 4, {2, 3},
             {.strides = {1, 2},
              .groups = 2,
              .same = SamePadding::upper,
              .layout = ChannelLayout::channels_first,
              .dtype = DType::f64});
  ConvTranspose back(random, 2, 3, {2}, {.strides = {2}, .dtype = DType::f64});
  const Output x = placeholder(graph, DType::f64, {2, 2, 3, 4});
  const Output z = placeholder(graph, DType::f64, {2, 3, 2});
  layer.weight = placeholder(graph, DType::f64, layer.weight.shape());
  layer.bias = placeholder(graph, DType::f64, layer.bias.shape());
  back.weight = placeholder(graph, DType::f64, back.weight.shape());
  back.bias = placeholder(graph, DType::f64, back.bias.shape());
  CHECK(gradient_mismatch(square(layer(x)), {x, layer.weight, layer.bias},
                          {sample<double>(x.shape()), sample<double>(layer.weight.shape(), 2),
                           sample<double>(layer.bias.shape(), 4)},
                          {.tolerance = 1e-8}) == "");
  CHECK(gradient_mismatch(square(back(z)), {z, back.weight, back.bias},
                          {sample<double>(z.shape()), sample<double>(back.weight.shape(), 2),
                           sample<double>(back.bias.shape(), 4)},
                          {.tolerance = 1e-8}) == "");
}

TEST_CASE("wrong convolutional layers and operands are refused") {
  const Graph graph;
  const Random random(graph);
  const std::size_t nodes = graph.num_nodes();
  const auto message_of = [](const auto& make) { return caught<GraphError>(make).info().message; };
  const int line = __LINE__ + 2;
  const GraphError error = caught<GraphError>([&] {
    static_cast<void>(Conv(random, 3, 4, {2, 2}, {.groups = 2, .name = "c"}));
  });
  CHECK(error.info().where.line == line);
  CHECK(error.info().op == "conv");
  CHECK(error.info().node == "c");
  CHECK(error.info().message == "3 channels are no multiple of 2 groups");
  CHECK(message_of([&] { static_cast<void>(Conv(random, 4, 3, {2}, {.groups = 2})); }) ==
        "3 channels are no multiple of 2 groups");
  CHECK(message_of([&] { static_cast<void>(Conv(random, 4, 4, {2}, {.groups = 0})); }) ==
        "the number of groups is 0");
  CHECK(message_of([&] { static_cast<void>(Conv(random, 4, 4, Numbers{})); }) ==
        "the window has 0 dimensions");
  CHECK(message_of([&] {
          static_cast<void>(ConvTranspose(random, 4, 4, {1, 1, 1, 1}));
        }) == "the window has 4 dimensions");
  CHECK(message_of([&] {
          static_cast<void>(Conv(random, 4, 4, {2, 0}));
        }) == "a dimension of the window is 0");
  CHECK(message_of([&] {
          static_cast<void>(
              Conv(random, 4, 4, {2}, {.padding = {{1, 1}}, .same = SamePadding::upper}));
        }) == "the padding is given in 1 pairs, and as same padding too");
  CHECK(message_of([&] {
          static_cast<void>(Conv(
              random, 4, 4, {2},
              {.layout = ChannelLayout::channels_first, .weight_initializer = {}, .name = "c"}));
        }) == "the initializer of 'c/weight' is empty");
  CHECK(graph.num_nodes() == nodes);
  const Conv layer(random, 3, 4, {2, 2});
  const Output flat = placeholder(graph, DType::f32, {2, 5, 3});
  const GraphError rank = caught<GraphError>([&] { layer(flat); });
  CHECK(rank.code() == ErrorCode::shape_mismatch);
  CHECK(rank.info().message ==
        "x has the shape [2, 5, 3] of rank 3, but the window has 2 dimensions");
  const Output other = placeholder(graph, DType::f32, {2, 5, 5, 4});
  const int at = __LINE__ + 1;
  CHECK(caught<GraphError>([&] { layer(other); }).info().where.line == at);
}

}  // namespace
}  // namespace deft
