#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/axes.hpp>
#include <deft/ops/convolution.hpp>

namespace deft {

// Pictures: their elements moved between space and channels, and sampled anew.

/// How the channels of depth_to_space are numbered, from the slowest to the fastest.
enum class DepthOrder : std::uint8_t {
  block_first,    // [block row, block column, channel of the result]: TensorFlow, ONNX's DCR
  channel_first,  // [channel of the result, block row, block column]: ONNX's CRD, pixel shuffle
};

/// Optional arguments of depth_to_space.
struct DepthToSpaceOptions {
  DepthOrder order = DepthOrder::block_first;
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Channels become squares of `block` by `block` elements: x [n, height, width, channels] ->
/// [n, height block, width block, channels / block^2]. Any dtype. Of height, width and channels all
/// must be known.
Output depth_to_space(const Output& x, std::int64_t block, const DepthToSpaceOptions& options = {});

/// Optional arguments of space_to_depth.
struct SpaceToDepthOptions {
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// What undoes depth_to_space with DepthOrder::block_first. Refused unless `block` divides height
/// and width.
Output space_to_depth(const Output& x, std::int64_t block, const SpaceToDepthOptions& options = {});

/// How an element is made of its neighbours.
enum class Interpolation : std::uint8_t {
  nearest,  // it is one of them
  linear,   // of 2 along each dimension
  cubic,    // of 4 along each dimension: R. Keys, Cubic Convolution Interpolation, 1981
};

/// Where along a dimension element i of the result stands in x. `size` is that of x, `scale` what
/// ResizeOptions says or follows from its sizes, and `scaled` is size * scale, not rounded.
enum class Coordinates : std::uint8_t {
  half_pixel,            // (i + 1/2) / scale - 1/2
  half_pixel_symmetric,  // half_pixel, moved so that the centres agree although `scaled` is rounded
  pytorch_half_pixel,    // half_pixel; -1/2 if `scaled` is 1
  align_corners,         // i (size - 1) / (scaled - 1); 0 if `scaled` is 1
  asymmetric,            // i / scale
  crop_and_resize,       // from `begin` to `end` of ResizeOptions::region, as align_corners; the
                         // middle if `scaled` is 1
};

/// Which neighbour is the nearest.
enum class NearestRule : std::uint8_t {
  round_prefer_floor,  // halves go down
  round_prefer_ceil,   // halves go up
  floor,
  ceil,
};

/// Whether sizes keep the ratio between dimensions: `stretch` does not; the others scale all by one
/// factor, so that no dimension is larger, or none smaller, than its size, and round halves up.
enum class AspectRatio : std::uint8_t { stretch, not_larger, not_smaller };

/// Optional arguments of resize, of which one of `sizes` and `scales` is needed:
/// `resize(x, {.sizes = {64, 64}, .axes = {1, 2}})`.
struct ResizeOptions {
  std::vector<std::int64_t> sizes = {};  // of the result along `axes`
  std::vector<double> scales = {};       // positive factors of the dimensions; sizes round down
  Axes axes = {};                        // default: all
  Interpolation mode = Interpolation::linear;
  Coordinates coordinates = Coordinates::half_pixel;
  NearestRule nearest = NearestRule::round_prefer_floor;
  double cubic_a = -0.75;        // second derivative of the cubic at the nearest neighbour, halved
  bool exclude_outside = false;  // neighbours outside of x weigh nothing and the others more,
                                 // instead of being the edge; not of `nearest`
  bool antialias = false;  // where x becomes smaller, as many more neighbours; not of `nearest`
  AspectRatio aspect = AspectRatio::stretch;           // of `sizes`
  std::vector<std::pair<double, double>> region = {};  // of crop_and_resize: begin and end along
                                                       // `axes`, where 0 and 1 are the first and
                                                       // last element; default: all
  double extrapolation_value = 0;                      // of what crop_and_resize reads outside of x
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// `x` sampled anew along some dimensions, one after the other, with the semantics of ONNX's Resize
/// 10 to 19. These dimensions must be known and have elements. f32 and f64; `nearest` any dtype.
///
/// An element is a sum of neighbours times weights, which are computed in f64 and rounded to the
/// dtype; so infinity beside it gives NaN. `nearest` moves elements. Differentiable in x.
Output resize(const Output& x, const ResizeOptions& options);

/// What grid_sample reads outside of x.
enum class SampledPadding : std::uint8_t {
  zeros,
  border,      // the nearest element
  reflection,  // a mirror image, again and again: at the centres of the outermost elements with
               // GridSampleOptions::align_corners, else at their outer edges
};

/// Optional arguments of grid_sample.
struct GridSampleOptions {
  Interpolation mode = Interpolation::linear;
  SampledPadding padding = SampledPadding::zeros;
  bool align_corners = false;  // -1 and 1 are the centres of the outermost elements, else their
                               // outer edges
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// `x` [n, spatial..., channels], of 2 or 3 spatial dimensions which must be known, sampled at the
/// positions `grid` [n, result..., 2 or 3]: [n, result..., channels]. With channels_first x and the
/// result have their channels behind n; the grid stays. A position names the last spatial dimension
/// first: (column, row) or (column, row, slice), each from -1 to 1. The semantics of ONNX's
/// GridSample 16 to 22.
///
/// `grid` is f32 or f64, and so is x, equal to it; `nearest` (halves go to the even one) takes x of
/// any dtype. Positions of NaN give NaN, `nearest` the first element or padding. Differentiable in
/// x and, but for `nearest`, in the grid: where a position is that of an element, it is the
/// derivative toward larger positions.
Output grid_sample(const Output& x, const Output& grid, const GridSampleOptions& options = {});

}  // namespace deft
