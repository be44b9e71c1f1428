#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/image.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

template <class T>
using Named = std::pair<std::string_view, T>;

/// What a text among those of a table stands for.
template <class T, std::size_t n>
T one_of(const NodeContext& node, std::string_view attribute, std::string_view text,
         const std::array<Named<T>, n>& table) {
  for (const auto& [name, value] : table)
    if (name == text) return value;
  node.refuse("its " + std::string(attribute) + " \"" + std::string(text) +
              "\" is none that deft knows");
}

constexpr std::array modes{
    Named<Interpolation>{"nearest", Interpolation::nearest},
    Named<Interpolation>{"linear", Interpolation::linear},
    Named<Interpolation>{"bilinear", Interpolation::linear},
    Named<Interpolation>{"cubic", Interpolation::cubic},
    Named<Interpolation>{"bicubic", Interpolation::cubic},
};
constexpr std::array coordinate_modes{
    Named<Coordinates>{"half_pixel", Coordinates::half_pixel},
    Named<Coordinates>{"half_pixel_symmetric", Coordinates::half_pixel_symmetric},
    Named<Coordinates>{"pytorch_half_pixel", Coordinates::pytorch_half_pixel},
    Named<Coordinates>{"align_corners", Coordinates::align_corners},
    Named<Coordinates>{"asymmetric", Coordinates::asymmetric},
    Named<Coordinates>{"tf_crop_and_resize", Coordinates::crop_and_resize},
};
constexpr std::array nearest_rules{
    Named<NearestRule>{"round_prefer_floor", NearestRule::round_prefer_floor},
    Named<NearestRule>{"round_prefer_ceil", NearestRule::round_prefer_ceil},
    Named<NearestRule>{"floor", NearestRule::floor},
    Named<NearestRule>{"ceil", NearestRule::ceil},
};
constexpr std::array aspects{
    Named<AspectRatio>{"stretch", AspectRatio::stretch},
    Named<AspectRatio>{"not_larger", AspectRatio::not_larger},
    Named<AspectRatio>{"not_smaller", AspectRatio::not_smaller},
};
constexpr std::array paddings{
    Named<SampledPadding>{"zeros", SampledPadding::zeros},
    Named<SampledPadding>{"border", SampledPadding::border},
    Named<SampledPadding>{"reflection", SampledPadding::reflection},
};

/// The elements of an input that is left out as none, or as an empty tensor.
bool is_given(const NodeContext& node, std::size_t i) {
  return node.has_input(i) && node.input(i).shape() != Shape{0};
}

/// What is resized by how much along which axes, as lists of equal length.
struct Extent {
  std::vector<std::int64_t> axes;
  std::vector<std::int64_t> sizes = {};
  std::vector<double> scales = {};
  std::vector<std::pair<double, double>> region = {};
};

/// ONNX's sizes are products in f32, which may be an integer where that in f64 is just below one:
/// then the scale that gives this integer.
double as_f32(double scale, std::int64_t size) {
  if (size <= 0) return scale;
  const double scaled = std::floor(static_cast<float>(size) * static_cast<float>(scale));
  const auto count = static_cast<double>(size);
  return scaled == std::floor(count * scale) ? scale : scaled / count;
}

/// Without the axes that stay as they are: those need not be known.
Extent without_kept(const Extent& extent, const Shape& x) {
  Extent less;
  for (std::size_t i = 0; i < extent.axes.size(); ++i) {
    const std::int64_t size = x[static_cast<std::size_t>(extent.axes[i])];
    const bool is_kept = extent.sizes.empty() ? extent.scales[i] == 1 : extent.sizes[i] == size;
    const bool is_cut = !extent.region.empty() && extent.region[i] != std::pair(0.0, 1.0);
    if (is_kept && !is_cut) continue;
    less.axes.push_back(extent.axes[i]);
    if (!extent.sizes.empty()) less.sizes.push_back(extent.sizes[i]);
    if (!extent.scales.empty()) less.scales.push_back(as_f32(extent.scales[i], size));
    if (!extent.region.empty()) less.region.push_back(extent.region[i]);
  }
  return less;
}

void require_count(const NodeContext& node, std::size_t count, std::size_t axes,
                   const std::string& what) {
  if (count != axes)
    node.refuse("it has " + std::to_string(count) + ' ' + what + " for " + std::to_string(axes) +
                " dimensions");
}

Extent resized(const NodeContext& node, const Shape& x, bool with_region) {
  Extent extent;
  for (std::size_t i = 0; i < x.rank(); ++i) extent.axes.push_back(static_cast<std::int64_t>(i));
  extent.axes = node.integers("axes", extent.axes);
  for (std::int64_t& axis : extent.axes) axis = node.checked_axis(axis, x.rank());
  const std::size_t count = extent.axes.size();
  if (is_given(node, 3)) {
    extent.sizes = node.shape_input(3, "sizes");
    require_count(node, extent.sizes.size(), count, "sizes");
  } else {
    extent.scales = node.constant_input(2, "scales").to<double>();
    require_count(node, extent.scales.size(), count, "scales");
  }
  if (with_region) {
    const std::vector<double> roi = node.constant_input(1, "roi").to<double>();
    require_count(node, roi.size(), 2 * count, "numbers of a region");
    for (std::size_t i = 0; i < count; ++i) extent.region.emplace_back(roi[i], roi[count + i]);
  }
  return extent;
}

/// Where elements of the result come from becomes part of the graph: an index and weights for each
/// element of an axis, with antialiasing for each pair of elements. A file of a few bytes must not
/// ask for more than pictures and sounds have.
void require_moderate(const NodeContext& node, const Extent& extent, bool antialias) {
  constexpr double longest = 1 << 20;
  constexpr double most_pairs = 1 << 24;
  const Shape& x = node.input(0).shape();
  for (std::size_t i = 0; i < extent.axes.size(); ++i) {
    const auto size = static_cast<double>(x[static_cast<std::size_t>(extent.axes[i])]);
    const double result =
        extent.sizes.empty() ? size * extent.scales[i] : static_cast<double>(extent.sizes[i]);
    if (result > longest || (antialias && size * result > most_pairs))
      node.refuse("dimension " + std::to_string(extent.axes[i]) + " of " +
                  to_string(node.input(0).spec()) + " is to be resized to " +
                  std::to_string(result) + " elements, which is more than an import makes");
  }
}

/// x, or x resized as options say, along the axes of `extent` that change.
std::vector<Output> resized_by(const NodeContext& node, const Extent& extent,
                               ResizeOptions options) {
  const Output input = node.input(0);
  const bool stretches = options.aspect == AspectRatio::stretch;
  const Extent changed = stretches ? without_kept(extent, input.shape()) : extent;
  if (changed.axes.empty()) return {identity(input)};
  require_moderate(node, changed, options.antialias);
  options.axes = changed.axes;
  options.sizes = changed.sizes;
  options.scales = changed.scales;
  options.region = changed.region;
  if (options.mode == Interpolation::nearest) return {resize(input, options)};
  const DType computed =
      is_integer(computing_dtype(input.dtype())) ? DType::f64 : computing_dtype(input.dtype());
  return {as_dtype(resize(as_dtype(input, computed), options), input.dtype())};
}

/// Until version 10 elements are those at i / scale, and the nearest is the one before that.
ResizeOptions early_options(const NodeContext& node) {
  return {.mode = one_of(node, "mode", node.text("mode", "nearest"), modes),
          .coordinates = Coordinates::asymmetric,
          .nearest = NearestRule::floor};
}

Extent scaled(const NodeContext& node, const std::vector<double>& scales) {
  Extent extent{.axes = {}, .scales = scales};
  const std::size_t rank = node.input(0).shape().rank();
  require_count(node, scales.size(), rank, "scales");
  for (std::size_t i = 0; i < rank; ++i) extent.axes.push_back(static_cast<std::int64_t>(i));
  return extent;
}

std::vector<Output> import_upsample(const NodeContext& node) {
  const std::vector<double> scales =
      node.version() < 9 ? node.numbers("scales") : node.constant_input(1, "scales").to<double>();
  return resized_by(node, scaled(node, scales), early_options(node));
}

/// Element i stands at (i + 1/2) / scale: half an element behind half_pixel, which other rules of
/// what is nearest make up for.
void set_tf_half_pixel_for_nn(const NodeContext& node, ResizeOptions& options) {
  options.coordinates = Coordinates::half_pixel;
  if (options.mode == Interpolation::nearest && options.nearest == NearestRule::floor)
    options.nearest = NearestRule::round_prefer_ceil;
  else if (options.mode == Interpolation::nearest &&
           options.nearest == NearestRule::round_prefer_floor)
    options.nearest = NearestRule::ceil;
  else
    node.refuse(
        "with tf_half_pixel_for_nn deft has the nearest_mode round_prefer_floor and floor alone");
}

std::vector<Output> import_resize(const NodeContext& node) {
  if (node.version() < 11)
    return resized_by(node, scaled(node, node.constant_input(1, "scales").to<double>()),
                      early_options(node));
  const std::string coordinates = node.text("coordinate_transformation_mode", "half_pixel");
  const bool for_nn = coordinates == "tf_half_pixel_for_nn";
  ResizeOptions options{
      .mode = one_of(node, "mode", node.text("mode", "nearest"), modes),
      .coordinates =
          for_nn ? Coordinates::half_pixel
                 : one_of(node, "coordinate_transformation_mode", coordinates, coordinate_modes),
      .nearest = one_of(node, "nearest_mode", node.text("nearest_mode", "round_prefer_floor"),
                        nearest_rules),
      .cubic_a = node.number("cubic_coeff_a", -0.75),
      .aspect = one_of(node, "keep_aspect_ratio_policy",
                       node.text("keep_aspect_ratio_policy", "stretch"), aspects),
      .extrapolation_value = node.number("extrapolation_value", 0)};
  if (for_nn) set_tf_half_pixel_for_nn(node, options);
  if (options.mode != Interpolation::nearest) {
    options.exclude_outside = node.flag("exclude_outside", false);
    options.antialias = node.flag("antialias", false);
  }
  const bool crops = options.coordinates == Coordinates::crop_and_resize;
  return resized_by(node, resized(node, node.input(0).shape(), crops), options);
}

std::vector<Output> import_grid_sample(const NodeContext& node) {
  const GridSampleOptions options{
      .mode = one_of(node, "mode", node.text("mode", "linear"), modes),
      .padding = one_of(node, "padding_mode", node.text("padding_mode", "zeros"), paddings),
      .align_corners = node.flag("align_corners", false),
      .layout = ChannelLayout::channels_first};
  const Output x = node.input(0);
  const Output grid = node.input(1);
  if (options.mode == Interpolation::nearest)
    return {grid_sample(x, as_dtype(grid, computing_dtype(grid.dtype())), options)};
  const DType computed = is_integer(computing_dtype(x.dtype())) ||
                                 computing_dtype(x.dtype()) != computing_dtype(grid.dtype())
                             ? DType::f64
                             : computing_dtype(x.dtype());
  return {
      as_dtype(grid_sample(as_dtype(x, computed), as_dtype(grid, computed), options), x.dtype())};
}

/// `count` positions from -1 to 1: of the outermost elements with `corners`, else of their edges.
Output positions(const NodeContext& node, DType dtype, std::int64_t count, bool corners) {
  const double edge = corners ? 1 : 1 - 1 / static_cast<double>(std::max<std::int64_t>(count, 1));
  return linspace(node.graph(), dtype, -edge, edge, count);
}

/// theta [n, dims, dims + 1] -> grid [n, spatial..., dims], whose last dimension holds the last
/// spatial one first.
std::vector<Output> import_affine_grid(const NodeContext& node) {
  std::vector<std::int64_t> sizes = node.shape_input(1, "size");
  if (sizes.size() != 4 && sizes.size() != 5)
    node.refuse("its size has " + std::to_string(sizes.size()) + " numbers, not 4 or 5");
  sizes.erase(sizes.begin(), sizes.begin() + 2);
  if (std::ranges::find(sizes, Shape::unknown) != sizes.end())
    node.refuse("its size must be known; bind what it depends on by OnnxImportOptions");
  const bool corners = node.flag("align_corners", false);
  return {widened(node.input(0), [&](const Output& theta) {
    const std::size_t rank = sizes.size();
    std::vector<Output> coordinates;
    for (std::size_t i = rank; i-- > 0;) {
      std::vector<std::int64_t> beside(rank, 1);
      beside[i] = sizes[i];
      const Output line = reshape(positions(node, theta.dtype(), sizes[i], corners), Shape(beside));
      coordinates.push_back(reshape(broadcast_to(line, Shape(sizes)), {Shape::unknown}));
    }
    coordinates.push_back(ones_like(coordinates.front()));
    const Output grid = matmul(stack(coordinates, 1), theta, {.transpose_b = true});
    std::vector<std::int64_t> dims{Shape::unknown};
    dims.insert(dims.end(), sizes.begin(), sizes.end());
    dims.push_back(static_cast<std::int64_t>(rank));
    return reshape(grid, Shape(dims));
  })};
}

std::vector<Output> import_det(const NodeContext& node) {
  return {widened(node.input(0), [](const Output& x) { return det(x); })};
}

constexpr std::array images{
    OpImport{"Resize", import_resize, 10},
    OpImport{"Upsample", import_upsample, 7},
    OpImport{"GridSample", import_grid_sample, 16},
    OpImport{"AffineGrid", import_affine_grid, 20},
    OpImport{"Det", import_det, 11},
};

}  // namespace

std::span<const OpImport> image_ops() { return images; }

}  // namespace deft::onnx
