#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
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

const Tensor picture{{0.5, -2.0, 3.0, 7.0}, {1.0, 4.0, -6.0, 2.5}, {8.0, 0.0, 5.0, -1.0}};

struct Case {
  std::string name;
  ResizeOptions options;
  Shape shape;
  std::vector<double> values;
};

/// What onnx.reference 1.23 makes of the picture by Resize 19, with weights in f64.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"half_pixel up",
       {.sizes = {5, 6}},
       {5, 6},
       {0.5, -0.75, -1.16666666666667, 2.16666666666667,   5,     7,
        0.7, 0.55,  0.233333333333333, -0.433333333333333, 2.3,   5.2,
        1,   2.5,   2.33333333333333,  -4.33333333333333,  -1.75, 2.5,
        5.2, 3.4,   1.43333333333333,  0.766666666666667,  0.5,   0.4,
        8,   4,     0.833333333333334, 4.16666666666667,   2,     -1}},
      {"half_pixel down",
       {.scales = {0.75, 0.625}},
       {2, 2},
       {0.108333333333333, 1.25, 3.75, -0.25}},
      {"half_pixel_symmetric",
       {.scales = {0.75, 0.625}, .coordinates = Coordinates::half_pixel_symmetric},
       {2, 2},
       {0.2, 1.65, 2.63333333333333, 0.983333333333336}},
      {"pytorch_half_pixel",
       {.sizes = {1, 3}, .coordinates = Coordinates::pytorch_half_pixel},
       {1, 3},
       {0.0833333333333334, 0.5, 6.33333333333333}},
      {"align_corners of sizes that are rounded",
       {.scales = {0.75, 1.375}, .coordinates = Coordinates::align_corners},
       {2, 5},
       {0.5, -1.16666666666667, -0.333333333333334, 3, 5.66666666666667, 5.2, 2.8, 1.26666666666667,
        0.600000000000001, 0.466666666666667}},
      {"asymmetric",
       {.scales = {1.5, 0.5}, .coordinates = Coordinates::asymmetric},
       {4, 2},
       {0.5, 3, 0.833333333333333, -3, 3.33333333333333, -2.33333333333333, 8, 5}},
      {"crop_and_resize",
       {.sizes = {3, 5},
        .coordinates = Coordinates::crop_and_resize,
        .region = {{0.25, 0.75}, {-0.5, 1.25}},
        .extrapolation_value = 10},
       {3, 5},
       {10, 10, 0.6875, 1.234375, 10, 10, 10, 2.75, -2.28125, 10, 10, 10, 1.6875, 0.046875, 10}},
      {"crop_and_resize to one row",
       {.sizes = {1, 2},
        .coordinates = Coordinates::crop_and_resize,
        .region = {{0.25, 0.75}, {0.5, 1}}},
       {1, 2},
       {-1, 2.5}},
      {"cubic",
       {.sizes = {4, 5}, .mode = Interpolation::cubic},
       {4, 5},
       {0.639968933105469, -2.29297351074219,   -0.0084381103515625, 5.34183142089843,
        7.54637591552735,  -0.0844824218750001, 2.34438781738281,    -1.42945098876953,
        -2.29005651855469, 5.02074322509766,    3.59923944091797,    4.00636218261719,
        -0.2906494140625,  -2.66152624511719,   0.973368957519532,   9.03640661621095,
        1.4952235107422,   2.58727264404297,    4.49512731933594,    -1.67894757080078}},
      {"cubic of another coefficient without what is outside",
       {.scales = {1.5, 0.75},
        .mode = Interpolation::cubic,
        .cubic_a = -0.5,
        .exclude_outside = true},
       {4, 3},
       {0.0759674075780254, 0.188322368421052, 6.94009846827134, 0.439374436864462,
        -0.801470588235294, 4.26290384862917, 2.25294052846893, -0.940932494279175,
        0.90738274188945, 6.41371756627995, 1.93613238512035, -0.127371929001339}},
      {"linear with antialias",
       {.sizes = {2, 2}, .antialias = true},
       {2, 2},
       {0.333333333333333, 2.75, 3.5, 0.75}},
      {"cubic with antialias",
       {.scales = {0.5, 0.375}, .mode = Interpolation::cubic, .antialias = true},
       {1, 1},
       {0.523321730144755}},
      {"cubic with antialias without what is outside",
       {.scales = {0.5, 0.375},
        .mode = Interpolation::cubic,
        .exclude_outside = true,
        .antialias = true},
       {1, 1},
       {0.953106299823827}},
      {"not_larger",
       {.sizes = {4, 8}, .aspect = AspectRatio::not_larger},
       {4, 5},
       {0.5,       -1.0625,    -0.125,    3.5,   6.5,      0.8125,   1.3984375,
        0.109375,  -1.7734375, 3.3359375, 3.625, 2.921875, 0.859375, -1.4921875,
        0.8046875, 8,          3,         1.875, 4.25,     -0.25}},
      {"not_smaller",
       {.sizes = {4, 3}, .aspect = AspectRatio::not_smaller},
       {4, 5},
       {0.5,       -1.0625,    -0.125,    3.5,   6.5,      0.8125,   1.3984375,
        0.109375,  -1.7734375, 3.3359375, 3.625, 2.921875, 0.859375, -1.4921875,
        0.8046875, 8,          3,         1.875, 4.25,     -0.25}},
      {"nearest by round_prefer_floor",
       {.scales = {1.5, 1.25},
        .mode = Interpolation::nearest,
        .coordinates = Coordinates::half_pixel,
        .nearest = NearestRule::round_prefer_floor},
       {4, 5},
       {0.5, -2, -2, 3, 7, 0.5, -2, -2, 3, 7, 1, 4, 4, -6, 2.5, 8, 0, 0, 5, -1}},
      {"nearest by round_prefer_ceil",
       {.scales = {1.5, 1.25},
        .mode = Interpolation::nearest,
        .coordinates = Coordinates::half_pixel,
        .nearest = NearestRule::round_prefer_ceil},
       {4, 5},
       {0.5, -2, 3, 3, 7, 1, 4, -6, -6, 2.5, 1, 4, -6, -6, 2.5, 8, 0, 5, 5, -1}},
      {"nearest by floor",
       {.scales = {1.5, 1.25},
        .mode = Interpolation::nearest,
        .coordinates = Coordinates::align_corners,
        .nearest = NearestRule::floor},
       {4, 5},
       {0.5, 0.5, -2, 3, 7, 0.5, 0.5, -2, 3, 7, 1, 1, 4, -6, 2.5, 1, 1, 4, -6, 2.5}},
      {"nearest by ceil",
       {.scales = {1.5, 1.25},
        .mode = Interpolation::nearest,
        .coordinates = Coordinates::asymmetric,
        .nearest = NearestRule::ceil},
       {4, 5},
       {0.5, -2, 3, 7, 7, 1, 4, -6, 2.5, 2.5, 8, 0, 5, -1, -1, 8, 0, 5, -1, -1}}};
  return all;
}

TEST_CASE("pictures become those of the reference evaluator of ONNX") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Graph graph;
    const Tensor y = evaluate(resize(constant(graph, picture), c.options));
    CHECK(y.shape() == c.shape);
    CHECK(largest_difference(y.data<double>(), c.values) < 1e-12);
  }
}

TEST_CASE("f32 is as f64") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Graph graph;
    const Output y = resize(cast(constant(graph, picture), DType::f32), c.options);
    CHECK(y.dtype() == DType::f32);
    CHECK(largest_difference(evaluate(cast(y, DType::f64)).data<double>(), c.values) < 4e-6);
  }
}

TEST_CASE("some dimensions, by axes, and a batch that is not known") {
  const Graph graph;
  const Output open = placeholder(graph, DType::f64, {unknown, 3, 4, unknown});
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    ResizeOptions options = c.options;
    options.axes = {1, -2};
    const Output y = resize(open, options);
    CHECK(y.shape() == Shape{unknown, c.shape[0], c.shape[1], unknown});
    const Tensor fed = evaluate(reshape(constant(graph, picture), {1, 3, 4, 1}));
    const Tensor alone = evaluate(y, {{open, fed}});
    CHECK(largest_difference(alone.data<double>(), c.values) < 1e-12);
    const Tensor none = Tensor::zeros(DType::f64, {0, 3, 4, 2});
    CHECK(evaluate(y, {{open, none}}).shape() == Shape{0, c.shape[0], c.shape[1], 2});
  }
  const Output wide = resize(constant(graph, picture), {.sizes = {6}, .axes = {1}});
  CHECK(wide.shape() == Shape{3, 6});
  const Output swapped = resize(constant(graph, picture), {.sizes = {6, 5}, .axes = {1, 0}});
  CHECK(largest_difference(evaluate(swapped).data<double>(), cases()[0].values) < 1e-12);
}

TEST_CASE("gradients are those of differences") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {3, 4});
    CHECK(gradient_mismatch(square(resize(x, c.options)), {x}, {picture}) == "");
  }
}

TEST_CASE("nearest moves elements of any dtype, NaN and infinity among them") {
  const Graph graph;
  const ResizeOptions twice{.scales = {2}, .mode = Interpolation::nearest};
  CHECK(evaluate(resize(constant(graph, Tensor{true, false}), twice)) ==
        Tensor{true, true, false, false});
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(evaluate(resize(constant(graph, Tensor{large, -large}), twice)) ==
        Tensor{large, large, -large, -large});
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor y = evaluate(resize(constant(graph, Tensor{infinity, std::nan("")}), twice));
  CHECK(y.data<double>()[1] == infinity);
  CHECK(std::isnan(y.data<double>()[2]));
}

TEST_CASE("one element of a size whose reciprocal is rounded") {
  const Graph graph;
  const Output x = cast(range(graph, DType::i64, 0, 49), DType::f64);  // 1.0 / 49 * 49 < 1
  const auto one = [&](ResizeOptions options) {
    options.sizes = {1};
    return evaluate(resize(x, options)).data<double>()[0];
  };
  CHECK(one({.coordinates = Coordinates::pytorch_half_pixel}) == 0);
  CHECK(one({.coordinates = Coordinates::crop_and_resize, .region = {{0.25, 0.75}}}) == 24);
  CHECK(one({.coordinates = Coordinates::half_pixel}) == doctest::Approx(24));
  CHECK(one({.coordinates = Coordinates::align_corners}) == 0);
}

TEST_CASE("a region of huge numbers reads what is outside") {
  const Graph graph;
  const double huge = std::numeric_limits<double>::max();
  const ResizeOptions options{.sizes = {2},
                              .mode = Interpolation::nearest,
                              .coordinates = Coordinates::crop_and_resize,
                              .region = {{-huge, huge}}};
  CHECK(evaluate(resize(constant(graph, Tensor{1.0, 2.0, 3.0}), options)).shape() == Shape{2});
}

TEST_CASE("nothing to resize, and no element left") {
  const Graph graph;
  const Output x = constant(graph, picture);
  CHECK(evaluate(resize(x, {.sizes = {3, 4}, .mode = Interpolation::cubic})) == picture);
  CHECK(evaluate(resize(x, {.axes = std::vector<std::int64_t>{}})) == picture);
  CHECK(evaluate(resize(x, {.sizes = {0, 2}})).shape() == Shape{0, 2});
  CHECK(evaluate(resize(x, {.scales = {0.2, 1}})).shape() == Shape{0, 4});
  for (const Interpolation mode : {Interpolation::linear, Interpolation::cubic}) {
    CHECK(evaluate(resize(x, {.sizes = {0, 2}, .mode = mode, .antialias = true})).shape() ==
          Shape{0, 2});
    CHECK(evaluate(resize(x, {.scales = {1e-300, 1}, .mode = mode, .antialias = true})).shape() ==
          Shape{0, 4});
  }
  CHECK(evaluate(resize(constant(graph, Tensor::scalar(2.0)), {})) == Tensor::scalar(2.0));
  CHECK(resize(x, {.sizes = {2, 2}, .name = "small"}).name() == "small");
}

TEST_CASE("arguments of resize are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3, 4});
  const auto refusal = [](const Output& of, const ResizeOptions& options) {
    return caught<GraphError>([&] { resize(of, options); }).info().message;
  };
  CHECK(refusal(x, {}) == "neither sizes nor scales are given");
  CHECK(refusal(x, {.sizes = {1, 1}, .scales = {1, 1}}) == "both sizes and scales are given");
  CHECK(refusal(x, {.sizes = {1}}) == "there are 1 sizes, but 2 dimensions");
  CHECK(refusal(x, {.scales = {1, 2}, .axes = {0}}) == "there are 2 scales, but 1 dimensions");
  CHECK(refusal(x, {.sizes = {1, -2}}) == "a size is -2");
  CHECK(refusal(x, {.sizes = {1, std::int64_t{1} << 31}}) == "a size is 2147483648");
  CHECK(refusal(x, {.scales = {1, 0}}) == "a scale is 0.000000");
  CHECK(refusal(x, {.scales = {1, std::nan("")}}) == "a scale is nan");
  CHECK(refusal(x, {.scales = {1, 1e10}}) ==
        "a dimension of 4 scaled by 10000000000.000000 is over 2^31 - 1");
  CHECK(refusal(x, {.sizes = {2}, .axes = {2}}) == "axis 2 is outside the rank 2");
  CHECK(refusal(x, {.sizes = {2, 2}, .axes = {1, -1}}) == "axis -1 is given twice");
  CHECK(refusal(x, {.sizes = {2, 2},
                    .coordinates = Coordinates::crop_and_resize,
                    .region = {{0, 1}}}) == "there are 1 parts of a region, but 2 dimensions");
  CHECK(refusal(x, {.sizes = {2, 2},
                    .region = {{0, 1}, {0, std::numeric_limits<double>::infinity()}}}) ==
        "the region goes from 0.000000 to inf");
  CHECK(refusal(x, {.sizes = {2, 2}, .mode = Interpolation::nearest, .antialias = true}) ==
        "the mode is nearest, which has no weights, but antialias or exclude_outside is set");
  CHECK(refusal(placeholder(graph, DType::u8, {3, 4}), {.sizes = {2, 2}}) ==
        "x is u8, but a sum of neighbours is floating");
  CHECK(refusal(placeholder(graph, DType::f32, {unknown, 4}), {.sizes = {2, 2}}) ==
        "dimension 0 of x [?, 4] must be known and over 0 to be resized");
  CHECK_THROWS_AS(resize(placeholder(graph, DType::f32, {0, 4}), {.sizes = {2, 2}}), GraphError);
}

}  // namespace
}  // namespace deft
