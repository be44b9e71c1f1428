#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/convolutions.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint32_t cases = sanitized ? 20 : 150;

template <class T>
void check_random(std::size_t rank) {
  for (std::uint32_t seed = 1; seed <= cases; ++seed) {
    const ConvCase c = random_convolution(rank, seed);
    CAPTURE(seed);
    CAPTURE(c.text());
    CHECK(convolution_faults<T>(c, seed) == "");
  }
}

TEST_CASE("f64 convolutions of 2 dimensions and their gradients") { check_random<double>(2); }
TEST_CASE("f32 convolutions of 2 dimensions and their gradients") { check_random<float>(2); }
TEST_CASE("convolutions of 1 dimension and their gradients") {
  check_random<double>(1);
  check_random<float>(1);
}
TEST_CASE("convolutions of 3 dimensions and their gradients") {
  check_random<double>(3);
  check_random<float>(3);
}

TEST_CASE("a filter is not turned around") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({1, 4, 1}, {1, 2, 3, 4}));
  const Output w = constant(graph, Tensor::from<float>({2, 1, 1}, {1, 10}));
  CHECK(evaluate(conv(x, w)) == Tensor::from<float>({1, 3, 1}, {21, 32, 43}));
  CHECK(evaluate(conv_transpose(x, w)) == Tensor::from<float>({1, 5, 1}, {1, 12, 23, 34, 40}));
}

TEST_CASE("dimensions of a single element change no bit, wherever they stand") {
  const auto results = [](const Shape& images, const Shape& filters, const ConvOptions& options) {
    const Graph graph;
    const Random random(graph, {.seed = 3});
    const auto drawn = [&](const Shape& shape, const char* stream) {
      const Output line =
          random_normal(random, DType::f32, {shape.num_elements()}, {.stream = stream});
      return reshape(line, shape);
    };
    const Output x = drawn(images, "x"), w = drawn(filters, "w");
    const Output y = conv(x, w, options);
    std::vector<Output> wanted{y};
    for (const Output& gradient : gradients(reduce_sum(y * y * y), {x, w}))
      wanted.push_back(gradient);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    std::vector<Tensor> values = session.run(wanted);
    for (Tensor& value : values) value = value.reshaped({value.num_elements()});
    return values;
  };
  const std::vector<Tensor> line =
      results({2, 37, 6}, {5, 6, 9}, {.strides = {2}, .dilations = {3}, .padding = {{4, 1}}});
  const std::vector<Tensor> column =
      results({2, 37, 1, 6}, {5, 1, 6, 9},
              {.strides = {2, 1}, .dilations = {3, 1}, .padding = {{4, 1}, {0, 0}}});
  const std::vector<Tensor> middle =
      results({2, 1, 37, 1, 6}, {1, 5, 1, 6, 9},
              {.strides = {1, 2, 1}, .dilations = {1, 3, 1}, .padding = {{0, 0}, {4, 1}, {0, 0}}});
  for (std::size_t i = 0; i < line.size(); ++i) {
    CAPTURE(i);
    CHECK(bitwise_equal(line[i], column[i]));
    CHECK(bitwise_equal(line[i], middle[i]));
  }
}

TEST_CASE("large convolutions of many blocks") {
  constexpr auto first = ChannelLayout::channels_first;
  const Paddings::value_type one{1, 1};
  for (const ConvCase& c : {ConvCase{37, 1, 16, {{28, 3, 1, 1, one}, {28, 3, 1, 1, one}}},
                            ConvCase{19, 8, 16, {{14, 3, 1, 1, one}, {14, 3, 1, 1, one}}},
                            ConvCase{9, 16, 32, {{14, 3, 2, 1, one}, {14, 3, 1, 1, one}}, 2, first},
                            ConvCase{3, 16, 40, {{20, 5}, {20, 1}}}}) {
    CAPTURE(c.text());
    CHECK(convolution_faults<float>(c, 1) == "");
    CHECK(convolution_faults<double>(c, 2) == "");
  }
}

TEST_CASE("what is known of shapes with unknown dimensions") {
  constexpr std::int64_t unknown = Shape::unknown;
  const Graph graph;
  const auto of = [&](const Shape& shape) { return placeholder(graph, DType::f32, shape); };
  const Output w = of({3, 2, 4, 5});
  CHECK(conv(of({unknown, 9, unknown, 4}), w).shape() == Shape({unknown, 7, unknown, 5}));
  CHECK(conv(of({unknown, unknown, 4, unknown}), w).shape() == Shape({unknown, unknown, 3, 5}));
  CHECK(conv(of({2, 9, 9, 4}), of({3, unknown, unknown, unknown})).shape() ==
        Shape({2, 7, unknown, unknown}));
  CHECK(conv_transpose(of({unknown, 7, unknown, 5}), w).shape() == Shape({unknown, 9, unknown, 4}));
  CHECK(conv_filter_gradient(of({unknown, 9, 9, 4}), of({8, 7, unknown, 5}), w).shape() ==
        w.shape());
  const Output x = of({unknown, unknown, unknown, 4});
  CHECK(gradients(reduce_sum(conv(x, w)), {x, w}).at(0).shape() == x.shape());
}

TEST_CASE("same padding") {
  CHECK(same_upper({28, 5}, {3, 4}) == Paddings{{1, 1}, {1, 2}});
  CHECK(same_lower({28, 5}, {3, 4}) == Paddings{{1, 1}, {2, 1}});
  CHECK(same_upper({7, 8, 3}, {3, 3, 1}, {.strides = {2, 2, 2}}) ==
        Paddings{{1, 1}, {0, 1}, {0, 0}});
  CHECK(same_upper({10}, {3}, {.dilations = {4}}) == Paddings{{4, 4}});
  CHECK(same_upper({0}, {3}) == Paddings{{1, 1}});
  CHECK(same_lower({}, {}).empty());
  const auto message = [](const auto& misuse) { return caught<ValueError>(misuse).info().message; };
  CHECK(message([] { same_upper({28, 28}, {3}); }) == "there are 2 sizes, but 1 numbers in window");
  CHECK(message([] { same_lower({28}, {3}, {.strides = {0}}); }) ==
        "strides has the number 0, but must be from 1 to 2147483647");
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([] { same_upper({-1}, {3}); });
  CHECK(error.info().where.line == line);
}

/// What a step of a small network makes of its filters: relu(conv + bias) twice.
std::vector<Tensor> trained(int threads, ChannelLayout layout, DType dtype) {
  const bool first = layout == ChannelLayout::channels_first;
  const Graph graph;
  const auto value = [&](const Shape& shape, std::uint32_t seed) {
    return dtype == DType::f32 ? sample<float>(shape, seed) : sample<double>(shape, seed);
  };
  const Output x = constant(graph, value(first ? Shape{50, 3, 12, 11} : Shape{50, 12, 11, 3}, 1));
  const Output v = variable(graph, value(first ? Shape{8, 3, 3, 3} : Shape{3, 3, 3, 8}, 2));
  const Output w = variable(graph, value(first ? Shape{5, 8, 3, 2} : Shape{3, 2, 8, 5}, 3));
  const Output bias = variable(graph, value(first ? Shape{8, 1, 1} : Shape{8}, 4));
  const ConvOptions options{.padding = {{1, 1}, {1, 0}}, .layout = layout};
  const Output hidden = maximum(conv(x, v, options) + bias, 0);
  const Output loss = reduce_mean(square(conv(hidden, w, options)));
  const std::vector<Output> grads = gradients(loss, {v, w, bias, x});
  Session session(graph, {.threads = threads});
  session.run(global_variables_initializer(graph));
  return session.run(grads);
}

TEST_CASE("networks are the same bytes for any number of threads") {
  for (const ChannelLayout layout : {ChannelLayout::channels_last, ChannelLayout::channels_first})
    for (const DType dtype : {DType::f32, DType::f64}) {
      const std::vector<Tensor> expected = trained(1, layout, dtype);
      for (const int threads : {2, 3, 4, 8}) {
        CAPTURE(threads);
        const std::vector<Tensor> found = trained(threads, layout, dtype);
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(same_bytes(found[i], expected[i]));
      }
    }
}

}  // namespace
}  // namespace deft
