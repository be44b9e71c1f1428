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
  for (double& value : x.mutable_data<double>())
    value = static_cast<double>(7 * i++ % 11 - 5) / 4;
  return x;
}

const Tensor grid{{{{-1.3, -0.9}, {-0.5, 0.1}}, {{0.3, 0.75}, {1.0, -1.0}}},
                  {{{1.2, 0.4}, {0.05, 2.6}}, {{-0.95, 0.2}, {0.6, -1.7}}}};

struct Case {
  Interpolation mode;
  SampledPadding padding;
  bool align_corners;
  std::vector<double> values;
};

/// What onnx.reference 1.23 makes of them by GridSample 20, which computes positions in f32.
const std::vector<Case> cases = {
    {Interpolation::nearest, SampledPadding::zeros, false,
     {0, 0.25, -0.25, 0, 0, -0.75, -1.25, 0, 0, 0, 1, 0, 0, 0, 0, 0}},
    {Interpolation::nearest, SampledPadding::zeros, true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0, 1, 0, -0.25, 0, 0, 0}},
    {Interpolation::nearest, SampledPadding::border, false,
     {-1.25, 0.25, -0.25, 1.25, 0.5, -0.75, -1.25, 0.25, -0.5, 0.5, 1, -0.75, 1.25, -0.5, 0, 1}},
    {Interpolation::nearest, SampledPadding::border, true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0.5, 1, 0.25, -0.25, -0.5, 0, -0.75}},
    {Interpolation::nearest, SampledPadding::reflection, false,
     {-1.25, 0.25, -0.25, 1.25, 0.5, -0.75, -1.25, 0.25, -0.5, 0.25, 1, 0.75, 1.25, -0.75, 0, -0.25}},
    {Interpolation::nearest, SampledPadding::reflection, true,
     {-1.25, -0.75, -0.25, 1.25, 0.5, 1, -1.25, 0.25, 0.75, 0.25, 1, -1, -0.25, -0.75, 0, 0.75}},
    {Interpolation::linear, SampledPadding::zeros, false,
     {0, -0.231250003, -0.306249917, 0.3125, 0, 0.143749997, -0.940625146, 0.0625, -2.9802294e-09, 0, 0.375000051, 0, 0.0649999416, 0, -0.224999973, 0}},
    {Interpolation::linear, SampledPadding::zeros, true,
     {-0.604999997, -0.418749981, 0.0781249851, 1.25, 0.206249997, 0.506249987, -0.887500048, 0.25, 0.175000033, 0, 0.674999949, -0.0450000304, 0.244999992, 0, -0.283750055, -0.0149999505}},
    {Interpolation::linear, SampledPadding::border, false,
     {-1.25, -0.231250003, -0.349999905, 1.25, 0.5, 0.143749997, -1.07500017, 0.25, -2.98023224e-08, -0.199999958, 0.62500006, -0.450000048, 0.650000036, -0.100000024, -0.37499994, 0.475000083}},
    {Interpolation::linear, SampledPadding::border, true,
     {-1.09999997, -0.418749981, 0.0781249851, 1.25, 0.374999987, 0.506249987, -0.887500048, 0.25, 0.25000003, -0.243749917, 0.674999949, -0.150000095, 0.349999964, -0.0750000477, -0.283750055, -0.0499998331}},
    {Interpolation::linear, SampledPadding::reflection, false,
     {-1.07499996, -0.231250003, -0.349999905, 1.25, 0.399999976, 0.143749997, -1.07500017, 0.25, -2.98023224e-08, 0.525000095, 0.62500006, -0.0787500077, 0.650000036, -0.310000055, -0.37499994, 0.241250032}},
    {Interpolation::linear, SampledPadding::reflection, true,
     {-0.436250007, -0.418749981, 0.0781249851, 1.25, 0.0487500075, 0.506249987, -0.887500048, 0.25, 0.0550000411, 0.174999833, 0.674999949, -0.25499991, 0.319999989, -0.192499964, -0.283750055, 0.229999979}},
    {Interpolation::cubic, SampledPadding::zeros, false,
     {0.0607613929, -0.357866009, -0.461584842, 0.477294922, -0.0286839633, 0.209884033, -1.11506849, 0.07421875, 0.0042577733, 0, 0.638392481, 0.0501971485, 0.0630153932, 0, -0.317715421, -0.0480096722}},
    {Interpolation::cubic, SampledPadding::zeros, true,
     {-0.828966688, -0.656771696, 0.117584149, 1.25, 0.31572603, 0.704488041, -1.14039294, 0.25, 0.38201796, 0.0144158799, 0.886419775, -0.0801564122, 0.195461047, 0.00952382608, -0.422246818, -0.0600929764}},
    {Interpolation::cubic, SampledPadding::border, false,
     {-1.41635948, -0.37597733, -0.494462505, 1.55541992, 0.638632774, 0.265826419, -1.24078617, 0.2734375, 0.0930001885, -0.142999873, 0.95736899, -0.518250301, 0.577999726, -0.174999744, -0.461424815, 0.464500383}},
    {Interpolation::cubic, SampledPadding::border, true,
     {-1.11856259, -0.668021633, 0.135906843, 1.25, 0.387375042, 0.728469007, -1.00626879, 0.25, 0.427000195, -0.200220481, 0.849847268, -0.246000469, 0.196999595, -0.132275313, -0.377063894, -0.178999871}},
    {Interpolation::cubic, SampledPadding::reflection, false,
     {-1.31404429, -0.37597733, -0.508992925, 1.90917969, 0.577825546, 0.265826419, -1.2512913, 0.296875, 0.110887677, 0.723982962, 1.0511988, -0.0746835328, 0.610737169, -0.561237031, -0.444666714, 0.206726755}},
    {Interpolation::cubic, SampledPadding::reflection, true,
     {-0.560892673, -0.62769537, 0.01598973, 1.25, 0.00660764781, 0.665420744, -1.14843742, 0.25, 0.217558669, 0.369880375, 0.880425286, -0.366546694, 0.347349537, -0.402423426, -0.381170899, 0.3365257}}};

TEST_CASE("pictures are sampled as the reference evaluator of ONNX does") {
  for (const Case& c : cases) {
    CAPTURE(static_cast<int>(c.mode));
    CAPTURE(static_cast<int>(c.padding));
    CAPTURE(c.align_corners);
    const Graph graph;
    const Output x = constant(graph, pictures());
    const Output positions = constant(graph, grid);
    GridSampleOptions options{.mode = c.mode,
                              .padding = c.padding,
                              .align_corners = c.align_corners,
                              .layout = first};
    const Tensor y = evaluate(grid_sample(x, positions, options));
    CHECK(y.shape() == Shape{2, 2, 2, 2});
    CHECK(largest_difference(y.data<double>(), c.values) < 1e-6);
    const Output narrow =
        grid_sample(cast(x, DType::f32), cast(positions, DType::f32), options);
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
  const Tensor at = Tensor::from<double>(
      {1, 1, 1, 3, 3}, {-0.4, 0.3, 0.9, 0.7, -1.2, 0.1, 1.4, 0.2, -0.6});
  const auto sampled = [&](Interpolation mode) {
    const Tensor y = evaluate(grid_sample(
        constant(graph, x), constant(graph, at),
        {.mode = mode, .padding = SampledPadding::reflection, .layout = first}));
    CHECK(y.shape() == Shape{1, 1, 1, 1, 3});
    return y;
  };
  const auto near = [](const Tensor& y, const std::vector<double>& values) {
    return largest_difference(y.data<double>(), values) < 1e-6;
  };
  CHECK(near(sampled(Interpolation::linear), {0.15749992, -0.50000006, -0.55000007}));
  CHECK(near(sampled(Interpolation::nearest), {1, -1.5, -1}));
  CHECK(near(sampled(Interpolation::cubic), {0.23948946, -0.48452583, -0.9953002}));
}

TEST_CASE("gradients of pictures and grids are those of differences") {
  for (const Case& c : cases) {
    CAPTURE(static_cast<int>(c.mode));
    CAPTURE(static_cast<int>(c.padding));
    CAPTURE(c.align_corners);
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {2, 2, 3, 4});
    const Output positions = placeholder(graph, DType::f64, {2, 2, 2, 2});
    // Away from where a position is that of an element.
    Tensor away = grid;
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
  const Output at = constant(graph, Tensor{{{{-1.0F, -1.0F}, {1.0F, -1.0F}, {9.0F, 9.0F}}}});
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
  const Tensor at = Tensor::from<double>({1, 1, 4, 2},
                                         {1e300, 1e300, infinity, -infinity, std::nan(""), 0, 0, 0});
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
  const Output x = constant(graph, Tensor::from<double>({1, 1, 2, 1}, {infinity, 1}));
  const Output at = constant(graph, Tensor{{{{3.0, 0.0}, {0.5, 0.0}}}});
  CHECK(evaluate(reshape(grid_sample(x, at), {2})) == Tensor{0.0, 1.0});
}

TEST_CASE("a batch and a grid that are not known, and empty ones") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {unknown, 2, 3, 4});
  const Output positions = placeholder(graph, DType::f64, {unknown, unknown, unknown, 2});
  const Output y = grid_sample(x, positions, {.layout = first});
  CHECK(y.shape() == Shape{unknown, 2, unknown, unknown});
  const Tensor known = evaluate(
      grid_sample(constant(graph, pictures()), constant(graph, grid), {.layout = first}));
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
                placeholder(graph, DType::f32, {2, 4, 4, 2}), {}) ==
        "spatial dimension 0 of x [2, ?, 5, 3] must be known and over 0");
}

}  // namespace
}  // namespace deft
