#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;
constexpr auto first = ChannelLayout::channels_first;

/// 7 i modulo 13 - 6 for the elements i = 0, 1, ...: [1, 1, 5, 6].
Tensor picture() {
  Tensor x = Tensor::zeros(DType::f64, {1, 1, 5, 6});
  std::int64_t i = 0;
  for (double& value : x.mutable_data<double>()) value = static_cast<double>(7 * i++ % 13 - 6);
  return x;
}

struct CeilCase {
  std::vector<std::int64_t> window;
  std::vector<std::int64_t> strides;
  Paddings padding;
  Shape shape;
  std::vector<double> maxima;
  std::vector<std::int64_t> indices;
  std::vector<double> means;
  std::vector<double> means_with_padding;
};

/// What onnx.reference 1.23 makes of the picture by MaxPool 12 and AveragePool 19 with ceil_mode.
const std::vector<CeilCase> ceil_cases = {
    {{2, 3},
     {2, 2},
     {{1, 0}, {1, 1}},
     {1, 1, 3, 4},
     {1, 2, 3, 3, 4, 5, 6, 6, 6, 4, 5, 2},
     {1, 3, 5, 5, 7, 9, 11, 11, 24, 20, 22, 29},
     {-2.5, -2.0 / 3, 1.0 / 3, 3, -1.25, -0.5, 0.5, 1, 1.5, -1, 0, 0.5},
     {-5.0 / 6, -1.0 / 3, 1.0 / 6, 0.75, -5.0 / 6, -0.5, 0.5, 0.5, 1, -1, 0, 0.25}},
    {{2, 2},
     {2, 2},
     {},
     {1, 1, 3, 3},
     {4, 5, 6, 3, 4, 5, 6, 1, 2},
     {7, 9, 11, 18, 20, 22, 24, 27, 29},
     {-1, 0, 1, -1.5, -0.5, 0.5, 3, -2.5, -1.5},
     {-1, 0, 1, -1.5, -0.5, 0.5, 3, -2.5, -1.5}},
    {{3, 3},
     {2, 3},
     {{0, 1}, {1, 1}},
     {1, 1, 3, 3},
     {4, 5, 6, 6, 5, 2, 6, 1, 2},
     {7, 9, 11, 24, 22, 29, 24, 27, 29},
     {-5.0 / 3, -7.0 / 9, 5.0 / 3, 0, -5.0 / 9, -1, 3, -10.0 / 3, 2},
     {-10.0 / 9, -7.0 / 9, 5.0 / 6, 0, -5.0 / 9, -0.5, 1, -5.0 / 3, 0.5}},
};

/// The padding of a dimension that is added to `padding`.
Paddings added(const Paddings& all, const Paddings& padding) {
  Paddings more;
  for (std::size_t i = 0; i < all.size(); ++i)
    more.push_back({0, all[i].second - (padding.empty() ? 0 : padding[i].second)});
  return more;
}

TEST_CASE("pools whose number of windows is rounded up are those of ONNX") {
  for (const CeilCase& c : ceil_cases) {
    CAPTURE(c.window[1]);
    const Graph graph;
    const Output x = constant(graph, picture());
    const Paddings all =
        ceil_padding({5, 6}, c.window, {.strides = c.strides, .padding = c.padding});
    const auto [values, indices] = max_pool_with_argmax(
        x, {.window = c.window, .strides = c.strides, .padding = all, .layout = first});
    CHECK(values.shape() == c.shape);
    CHECK(evaluate(values).to<double>() == c.maxima);
    CHECK(evaluate(indices).to<std::int64_t>() == c.indices);
    const Output mean = average_pool(
        x, {.window = c.window, .strides = c.strides, .padding = all, .layout = first});
    CHECK(largest_difference(evaluate(mean).data<double>(), c.means) < 1e-14);
    Paddings counted{{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    if (!c.padding.empty()) std::copy(c.padding.begin(), c.padding.end(), counted.begin() + 2);
    const Output with_padding = average_pool(pad(x, counted), {.window = c.window,
                                                               .strides = c.strides,
                                                               .padding = added(all, c.padding),
                                                               .layout = first});
    CHECK(largest_difference(evaluate(with_padding).data<double>(), c.means_with_padding) < 1e-14);
  }
}

TEST_CASE("padding that rounds up") {
  CHECK(ceil_padding({5}, {2}, {.strides = {2}}) == Paddings{{0, 1}});
  CHECK(ceil_padding({4}, {2}, {.strides = {2}}) == Paddings{{0, 0}});
  CHECK(ceil_padding({7}, {2}, {.strides = {3}, .dilations = {2}}) == Paddings{{0, 2}});
  CHECK(ceil_padding({1}, {3}) == Paddings{{0, 0}});  // no window at all
  CHECK(ceil_padding({2}, {3}, {.strides = {2}}) == Paddings{{0, 1}});
  // A second window would begin behind the input: it is left out.
  CHECK(ceil_padding({2}, {2}, {.strides = {2}, .padding = {{0, 1}}}) == Paddings{{0, 1}});
  CHECK(ceil_padding({2}, {2}, {.strides = {2}, .padding = {{1, 0}}}) == Paddings{{1, 1}});
  CHECK(ceil_padding({}, {}).empty());
  CHECK(caught<ValueError>([] {
          ceil_padding({5, 5}, {2});
        })
            .info()
            .message == "there are 2 sizes, but 1 numbers in window");
  CHECK(caught<ValueError>([] {
          ceil_padding({5}, {2}, {.padding = {{0, -1}}});
        })
            .info()
            .message.find("padding has the number -1") == 0);
}

TEST_CASE("maxima go back to where they were taken from") {
  const Graph graph;
  const Output x = constant(graph, picture());
  const MaxPoolOptions options{.window = {2, 2}, .strides = {2, 3}, .layout = first};
  const auto [values, indices] = max_pool_with_argmax(x, options);
  const Output y = max_unpool(values, indices, {1, 1, 5, 6}, {.name = "back"});
  CHECK(y.name() == "back");
  Tensor expected = Tensor::zeros(DType::f64, {1, 1, 5, 6});
  for (const std::int64_t i : evaluate(indices).to<std::int64_t>())
    expected.mutable_data<double>()[static_cast<std::size_t>(i)] =
        picture().data<double>()[static_cast<std::size_t>(i)];
  CHECK(evaluate(y) == expected);

  const Output open = placeholder(graph, DType::f64, {unknown, 2});
  const Output again = max_unpool(open, constant(graph, Tensor{{3, 0}, {3, 1}}), {2, 2});
  const Tensor fed{{1.0, 2.0}, {3.0, 4.0}};
  CHECK(evaluate(again, {{open, fed}}) == Tensor{{2.0, 4.0}, {0.0, 3.0}});
  CHECK(gradient_mismatch(square(again), {open}, {fed}) == "");
  const Output none =
      max_unpool(zeros(graph, DType::f32, {0, 2}), zeros(graph, DType::i64, {0, 2}), {1, 2});
  CHECK(evaluate(none) == Tensor{{0.0F, 0.0F}});
  CHECK(
      caught<GraphError>([&] { max_unpool(x, constant(graph, Tensor{1}), {4}); }).info().message ==
      "x has the shape [1, 1, 5, 6], the indices [1]");
  CHECK_THROWS_AS(max_unpool(open, constant(graph, Tensor{{0, 1}}), {unknown}), GraphError);
  CHECK(caught<ValueError>([&] {
          evaluate(max_unpool(constant(graph, Tensor{1.0F}), constant(graph, Tensor{4}), {4}));
        })
            .info()
            .message == "the index 4 at [0, 0] is outside [0, 4)");
}

TEST_CASE("where a window meets nothing, there is no largest element") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({1, 1, 1}, {5}));
  const auto [values, indices] =
      max_pool_with_argmax(x, {.window = {2}, .dilations = {2}, .padding = {{1, 1}}, .name = "m"});
  CHECK(values.name() == "m");
  CHECK(evaluate(values).data<float>()[0] == -std::numeric_limits<float>::infinity());
  CHECK(evaluate(indices).data<std::int64_t>()[0] == -1);
}

TEST_CASE("values of max_pool_with_argmax have the gradient of max_pool") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {1, 1, 5, 6});
  const auto [values, indices] =
      max_pool_with_argmax(x, {.window = {2, 3}, .strides = {2, 2}, .layout = first});
  const Output y = values + cast(indices, DType::f64);
  Tensor at = picture();
  std::int64_t i = 0;
  for (double& value : at.mutable_data<double>()) value += 0.01 * static_cast<double>(i++);
  CHECK(gradient_mismatch(square(y), {x}, {at}) == "");
}

/// The norms of p = 3 are those of onnx.reference 1.23, computed in f32.
TEST_CASE("norms of windows") {
  const Graph graph;
  const Output x = constant(graph, picture());
  const Output y =
      lp_pool(x, {.window = {2, 3}, .p = 3, .strides = {2, 2}, .layout = first, .name = "cubes"});
  CHECK(y.name() == "cubes");
  CHECK(largest_difference(evaluate(y).data<double>(),
                           std::vector{7.6116624, 6.9173965, 6.9451494, 6.9173965}) < 1e-6);
  const double infinity = std::numeric_limits<double>::infinity();
  const Output row =
      constant(graph, Tensor::from<double>({1, 5, 1}, {-3, 4, 0, infinity, std::nan("")}));
  const auto norms = [&](double p) {
    return evaluate(lp_pool(row, {.window = {2}, .p = p, .padding = {{1, 0}}})).to<double>();
  };
  for (const double p : {1.0, 2.0, 2.5}) {
    CAPTURE(p);
    const std::vector<double> of = norms(p);
    CHECK(of[0] == doctest::Approx(3));
    CHECK(of[1] == doctest::Approx(std::pow(std::pow(3, p) + std::pow(4, p), 1 / p)));
    CHECK(of[2] == doctest::Approx(4));
    CHECK(of[3] == infinity);
    CHECK(std::isnan(of[4]));
  }
  CHECK(evaluate(lp_pool(zeros(graph, DType::f32, {0, 4, 2}), {.window = {2}})).shape() ==
        Shape{0, 3, 2});
  CHECK(caught<GraphError>([&] { lp_pool(row, {.window = {2}, .p = 0.5}); }).info().message ==
        "p is 0.500000");
  CHECK_THROWS_AS(lp_pool(row, {}), GraphError);
}

TEST_CASE("gradients of norms are those of differences, and zero at zero") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {1, 6, 2});
  Tensor at = sample<double>({1, 6, 2}, 5);
  for (double& value : at.mutable_data<double>()) value += value < 0 ? -0.5 : 0.5;
  for (const double p : {1.0, 2.0, 3.0}) {
    CAPTURE(p);
    const Output y = lp_pool(x, {.window = {2}, .p = p, .strides = {2}, .padding = {{1, 1}}});
    CHECK(gradient_mismatch(square(y + 1), {x}, {at}) == "");
    const Tensor none = Tensor::zeros(DType::f64, {1, 6, 2});
    CHECK(evaluate(gradient(reduce_sum(y), x), {{x, none}}) == none);
  }
}

}  // namespace
}  // namespace deft
