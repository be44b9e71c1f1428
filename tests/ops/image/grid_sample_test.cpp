#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

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

/// (7 i modulo 11 - 5) / 4 for the elements i = 0, 1, ..., with channels first.
Tensor pictures() {
  Tensor x = Tensor::zeros(DType::f64, {2, 2, 3, 4});
  std::int64_t i = 0;
  for (double& value : x.mutable_data<double>()) value = static_cast<double>(7 * i++ % 11 - 5) / 4;
  return x;
}

const Tensor grid = Tensor::from<double>(
    {2, 2, 2, 2},
    {-1.3, -0.9, -0.5, 0.1, 0.3, 0.75, 1.0, -1.0, 1.2, 0.4, 0.05, 2.6, -0.95, 0.2, 0.6, -1.7});

struct Case {
  Interpolation mode;
  SampledPadding padding;
  bool align_corners;
  std::vector<double> values;
};

/// What onnx.reference 1.23 makes of them by GridSample 20, with positions in f64.
const std::vector<Case> cases = {
    {Interpolation::nearest,
     SampledPadding::zeros,
     false,
     {0, 0.25, -0.25, 0, 0, -0.75, -1.25, 0, 0, 0, 1, 0, 0, 0, 0, 0}},
    {Interpolation::nearest,
     SampledPadding::zeros,
     true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0, 1, 0, -0.25, 0, 0, 0}},
    {Interpolation::nearest,
     SampledPadding::border,
     false,
     {-1.25, 0.25, -0.25, 1.25, 0.5, -0.75, -1.25, 0.25, -0.5, 0.5, 1, -0.75, 1.25, -0.5, 0, 1}},
    {Interpolation::nearest,
     SampledPadding::border,
     true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0.5, 1, 0.25, -0.25, -0.5, 0, -0.75}},
    {Interpolation::nearest,
     SampledPadding::reflection,
     false,
     {-1.25, 0.25, -0.25, 1.25, 0.5, -0.75, -1.25, 0.25, -0.5, 0.25, 1, 0.75, 1.25, -0.75, 0,
      -0.25}},
    {Interpolation::nearest,
     SampledPadding::reflection,
     true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0.25, 1, -1, -0.25, -0.75, 0, 0.75}},
    {Interpolation::linear,
     SampledPadding::zeros,
     false,
     {0, -0.23125, -0.30625, 0.3125, 0, 0.14375, -0.940625, 0.0625, 4.34374758384592e-17, 0, 0.375,
      0, 0.0649999999999997, 0, -0.225, 0}},
    {Interpolation::linear,
     SampledPadding::zeros,
     true,
     {-0.605, -0.41875, 0.0781249999999999, 1.25, 0.20625, 0.50625, -0.8875, 0.25, 0.175, 0, 0.675,
      -0.0450000000000001, 0.245, 0, -0.28375, -0.0149999999999998}},
    {Interpolation::linear,
     SampledPadding::border,
     false,
     {-1.25, -0.23125, -0.35, 1.25, 0.5, 0.14375, -1.075, 0.25, 4.44089209850063e-16, -0.2, 0.625,
      -0.45, 0.649999999999999, -0.1, -0.375, 0.475}},
    {Interpolation::linear,
     SampledPadding::border,
     true,
     {-1.1, -0.41875, 0.0781249999999999, 1.25, 0.375, 0.50625, -0.8875, 0.25, 0.25, -0.24375,
      0.675, -0.15, 0.35, -0.0750000000000002, -0.28375, -0.0499999999999994}},
    {Interpolation::linear,
     SampledPadding::reflection,
     false,
     {-1.075, -0.23125, -0.35, 1.25, 0.4, 0.14375, -1.075, 0.25, 4.44089209850063e-16, 0.525, 0.625,
      -0.07875, 0.649999999999999, -0.31, -0.375, 0.24125}},
    {Interpolation::linear,
     SampledPadding::reflection,
     true,
     {-0.43625, -0.41875, 0.0781249999999999, 1.25, 0.04875, 0.50625, -0.8875, 0.25,
      0.0549999999999999, 0.175, 0.675, -0.255, 0.32, -0.1925, -0.28375, 0.23}},
    {Interpolation::cubic,
     SampledPadding::zeros,
     false,
     {0.0607613906250001, -0.357865966796875, -0.461585144042969, 0.477294921875,
      -0.028683966796875, 0.209884033203125, -1.11506829833984, 0.07421875, 0.00425775000000006, 0,
      0.6383925, 0.0501970605468749, 0.0630154999999997, 0, -0.31771575, -0.0480095859374998}},
    {Interpolation::cubic,
     SampledPadding::zeros,
     true,
     {-0.828966617187501, -0.656771728515625, 0.117583953857423, 1.25, 0.315726017578126,
      0.704488037109375, -1.14039263916016, 0.25, 0.382018, 0.014415890625, 0.886419984375,
      -0.0801562500000004, 0.195461, 0.00952382812499999, -0.422246828125, -0.0600929999999992}},
    {Interpolation::cubic,
     SampledPadding::border,
     false,
     {-1.416359375, -0.375977294921875, -0.494462982177736, 1.555419921875, 0.6386328125,
      0.265826416015625, -1.24078588867187, 0.2734375, 0.0930000000000009, -0.143, 0.95736925,
      -0.518250000000002, 0.577999999999999, -0.175, -0.461425499999998, 0.4645}},
    {Interpolation::cubic,
     SampledPadding::border,
     true,
     {-1.1185625, -0.668021728515624, 0.135906677246095, 1.25, 0.387375000000001, 0.728468994140625,
      -1.00626852416992, 0.25, 0.427, -0.200220703125, 0.849847734374999, -0.246, 0.197,
      -0.132275390625, -0.3770636171875, -0.178999999999999}},
    {Interpolation::cubic,
     SampledPadding::reflection,
     false,
     {-1.3140443359375, -0.375977294921875, -0.508993408203127, 1.9091796875, 0.577825585937502,
      0.265826416015625, -1.251291015625, 0.296875, 0.110887500000001, 0.723982500000001,
      1.05119875, -0.0746836582031257, 0.610737499999999, -0.561236500000001, -0.444667499999998,
      0.206726708984375}},
    {Interpolation::cubic,
     SampledPadding::reflection,
     true,
     {-0.560892687500001, -0.627695312500001, 0.0159895324707042, 1.25, 0.00660776367187628,
      0.665420654296876, -1.14843710327149, 0.25, 0.21755875, 0.36988046875, 0.8804251171875,
      -0.366546749999999, 0.3473495, -0.4024233125, -0.381171039062499, 0.3365255}}};

TEST_CASE("pictures are sampled as the reference evaluator of ONNX does") {
  for (const Case& c : cases) {
    CAPTURE(static_cast<int>(c.mode));
    CAPTURE(static_cast<int>(c.padding));
    CAPTURE(c.align_corners);
    const Graph graph;
    const Output x = constant(graph, pictures());
    const Output positions = constant(graph, grid);
    GridSampleOptions options{
        .mode = c.mode, .padding = c.padding, .align_corners = c.align_corners, .layout = first};
    const Tensor y = evaluate(grid_sample(x, positions, options));
    CHECK(y.shape() == Shape{2, 2, 2, 2});
    CHECK(largest_difference(y.data<double>(), c.values) < 1e-12);
    const Output narrow = grid_sample(cast(x, DType::f32), cast(positions, DType::f32), options);
    CHECK(largest_difference(evaluate(cast(narrow, DType::f64)).data<double>(), c.values) < 4e-6);
    options.layout = ChannelLayout::channels_last;
    const Output last = grid_sample(transpose(x, {0, 2, 3, 1}), positions, options);
    CHECK(evaluate(transpose(last, {0, 3, 1, 2})) == y);
  }
}

/// Of the same evaluator.
TEST_CASE("volumes are sampled along three dimensions") {
  const Graph graph;
  const Tensor x = Tensor::from<double>(
      {1, 1, 2, 3, 2}, {-1.5, 1.0, 0.0, -1.0, 1.5, 0.5, -0.5, -1.5, 1.0, 0.0, -1.0, 1.5});
  const Tensor at =
      Tensor::from<double>({1, 1, 1, 3, 3}, {-0.4, 0.3, 0.9, 0.7, -1.2, 0.1, 1.4, 0.2, -0.6});
  const auto sampled = [&](Interpolation mode) {
    const Tensor y = evaluate(
        grid_sample(constant(graph, x), constant(graph, at),
                    {.mode = mode, .padding = SampledPadding::reflection, .layout = first}));
    CHECK(y.shape() == Shape{1, 1, 1, 1, 3});
    return y;
  };
  const auto near = [](const Tensor& y, const std::vector<double>& values) {
    return largest_difference(y.data<double>(), values) < 1e-12;
  };
  CHECK(near(sampled(Interpolation::linear), {0.1575, -0.5, -0.55}));
  CHECK(near(sampled(Interpolation::nearest), {1, -1.5, -1}));
  CHECK(near(sampled(Interpolation::cubic),
             {0.239489454375, -0.484524800000001, -0.995300446093749}));
}

TEST_CASE("gradients of pictures and grids are those of differences") {
  for (const Case& c : cases) {
    CAPTURE(static_cast<int>(c.mode));
    CAPTURE(static_cast<int>(c.padding));
    CAPTURE(c.align_corners);
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {2, 2, 3, 4});
    const Output positions = placeholder(graph, DType::f64, {2, 2, 2, 2});
    // Away from where a position is that of an element, or between two.
    Tensor away = grid;
    away.mutable_data<double>()[2] = -0.45;
    away.mutable_data<double>()[6] = 0.94;
    away.mutable_data<double>()[7] = -0.93;
    away.mutable_data<double>()[3] = 0.13;
    const Output y = grid_sample(
        x, positions,
        {.mode = c.mode, .padding = c.padding, .align_corners = c.align_corners, .layout = first});
    CHECK(gradient_mismatch(square(y + 2), {x, positions}, {pictures(), away}) == "");
  }
}

TEST_CASE("nearest takes any dtype") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<bool>({1, 2, 2, 1}, {true, false, false, true}));
  const Output at =
      constant(graph, Tensor::from<float>({1, 1, 3, 2}, {-1.0F, -1.0F, 1.0F, -1.0F, 9.0F, 9.0F}));
  const auto sampled = [&](SampledPadding padding) {
    return evaluate(
        reshape(grid_sample(x, at, {.mode = Interpolation::nearest, .padding = padding}), {3}));
  };
  CHECK(sampled(SampledPadding::border) == Tensor{true, false, true});
}

TEST_CASE("positions far outside, infinite or NaN") {
  const Graph graph;
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor x = Tensor::from<double>({1, 2, 2, 1}, {1, 2, 3, 4});
  const Tensor at = Tensor::from<double>(
      {1, 1, 4, 2}, {1e300, 1e300, infinity, -infinity, std::nan(""), 0, 0, 0});
  const auto sampled = [&](Interpolation mode, SampledPadding padding) {
    return evaluate(grid_sample(constant(graph, x), constant(graph, at),
                                {.mode = mode, .padding = padding}))
        .to<double>();
  };
  const auto border = sampled(Interpolation::linear, SampledPadding::border);
  CHECK(border[0] == 4);
  CHECK(border[1] == 2);
  CHECK(std::isnan(border[2]));
  CHECK(border[3] == 2.5);
  const auto zeros = sampled(Interpolation::nearest, SampledPadding::zeros);
  CHECK(zeros[0] == 0);
  CHECK(zeros[1] == 0);
  CHECK(zeros[2] == 0);
}

TEST_CASE("what stands outside weighs nothing, infinity beside it too") {
  const Graph graph;
  const double infinity = std::numeric_limits<double>::infinity();
  const Output x = constant(graph, Tensor::from<double>({1, 2, 1, 1}, {infinity, 1}));
  const Output at = constant(graph, Tensor::from<double>({1, 1, 2, 2}, {0.0, 9.0, 0.0, 0.5}));
  CHECK(evaluate(reshape(grid_sample(x, at), {2})) == Tensor{0.0, 1.0});
}

TEST_CASE("a batch and a grid that are not known, and empty ones") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {unknown, 2, 3, 4});
  const Output positions = placeholder(graph, DType::f64, {unknown, unknown, unknown, 2});
  const Output y = grid_sample(x, positions, {.layout = first});
  CHECK(y.shape() == Shape{unknown, 2, unknown, unknown});
  const Tensor known =
      evaluate(grid_sample(constant(graph, pictures()), constant(graph, grid), {.layout = first}));
  CHECK(evaluate(y, {{x, pictures()}, {positions, grid}}) == known);
  const Tensor none = Tensor::zeros(DType::f64, {2, 0, 2, 2});
  CHECK(evaluate(y, {{x, pictures()}, {positions, none}}).shape() == Shape{2, 2, 0, 2});
}

TEST_CASE("arguments of grid_sample are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 5, 5, 3});
  const auto refusal = [&](const Output& of, const Output& at, const GridSampleOptions& options) {
    return caught<GraphError>([&] { grid_sample(of, at, options); }).info().message;
  };
  CHECK(refusal(x, placeholder(graph, DType::f32, {2, 4, 2}), {}) ==
        "x has the shape [2, 5, 5, 3], the grid [2, 4, 2]");
  CHECK(refusal(x, placeholder(graph, DType::f32, {2, 4, 4, 3}), {}) ==
        "x has the shape [2, 5, 5, 3], the grid [2, 4, 4, 3]");
  const Output flat = placeholder(graph, DType::f32, {2, 5, 3});
  CHECK_THROWS_AS(grid_sample(flat, placeholder(graph, DType::f32, {2, 4, 1})), GraphError);
  CHECK(refusal(x, placeholder(graph, DType::f32, {3, 4, 4, 2}), {}) ==
        "x is a batch of 2, the grid of 3");
  CHECK(refusal(x, placeholder(graph, DType::f64, {2, 4, 4, 2}), {}) == "x is f32, the grid f64");
  CHECK(refusal(x, placeholder(graph, DType::i32, {2, 4, 4, 2}),
                {.mode = Interpolation::nearest}) == "x is f32, the grid i32");
  CHECK(refusal(placeholder(graph, DType::f32, {2, unknown, 5, 3}),
                placeholder(graph, DType::f32, {2, 4, 4, 2}),
                {}) == "spatial dimension 0 of x [2, ?, 5, 3] must be known and over 0");
}

}  // namespace
}  // namespace deft
