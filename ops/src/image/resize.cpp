#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/image.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

#include "resampling.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();  // size of a result

/// The dimensions that options name, counted from the front.
Integers resized_axes(const Composite& made, std::size_t rank, const Axes& axes) {
  Integers all;
  if (!axes.list()) {
    for (std::size_t i = 0; i < rank; ++i) all.push_back(static_cast<std::int64_t>(i));
    return all;
  }
  const auto size = static_cast<std::int64_t>(rank);
  for (const std::int64_t axis : *axes.list()) {
    if (axis < -size || axis >= size)
      made.refuse(ErrorCode::invalid_argument,
                  "axis " + std::to_string(axis) + " is outside the rank " + std::to_string(rank),
                  "give dimensions of x");
    all.push_back(static_cast<std::int64_t>(from_front(axis, rank)));
    if (std::count(all.begin(), all.end(), all.back()) > 1)
      made.refuse(ErrorCode::invalid_argument, "axis " + std::to_string(axis) + " is given twice",
                  "give each dimension once");
  }
  return all;
}

void require_count(const Composite& made, const char* what, std::size_t count, std::size_t axes) {
  if (count != axes)
    made.refuse(ErrorCode::invalid_argument,
                "there are " + std::to_string(count) + " " + what + ", but " +
                    std::to_string(axes) + " dimensions",
                "give one for each of the axes");
}

/// Refuses lists that do not fit each other, and sizes and scales out of range.
void check(const Composite& made, const ResizeOptions& options, std::size_t axes) {
  if (options.sizes.empty() == options.scales.empty() && axes != 0)
    made.refuse(ErrorCode::invalid_argument,
                options.sizes.empty() ? "neither sizes nor scales are given"
                                      : "both sizes and scales are given",
                "give one of the two");
  if (!options.sizes.empty()) require_count(made, "sizes", options.sizes.size(), axes);
  if (!options.scales.empty()) require_count(made, "scales", options.scales.size(), axes);
  if (!options.region.empty())
    require_count(made, "parts of a region", options.region.size(), axes);
  for (const std::int64_t size : options.sizes)
    if (size < 0 || size > largest)
      made.refuse(ErrorCode::invalid_argument, "a size is " + std::to_string(size),
                  "give a number from 0 to 2^31 - 1");
  for (const double scale : options.scales)
    if (!(scale > 0) || !std::isfinite(scale))
      made.refuse(ErrorCode::invalid_argument, "a scale is " + std::to_string(scale),
                  "give a finite number over 0");
  for (const auto& [begin, end] : options.region)
    if (!std::isfinite(begin) || !std::isfinite(end))
      made.refuse(ErrorCode::invalid_argument,
                  "the region goes from " + std::to_string(begin) + " to " + std::to_string(end),
                  "give finite numbers");
  if (options.mode == Interpolation::nearest && (options.antialias || options.exclude_outside))
    made.refuse(
        ErrorCode::invalid_argument,
        "the mode is nearest, which has no weights, but antialias or exclude_outside is set",
        "use linear or cubic");
}

/// Sets the scale, and the size that it gives; `rounding` is added before that is rounded down.
void scale_by(const Composite& made, ResizedAxis& axis, double scale, double rounding) {
  axis.scale = scale;
  axis.scaled = static_cast<double>(axis.size) * scale;
  const double rounded = std::floor(axis.scaled + rounding);
  if (rounded > static_cast<double>(largest))
    made.refuse(ErrorCode::overflow,
                "a dimension of " + std::to_string(axis.size) + " scaled by " +
                    std::to_string(scale) + " is over 2^31 - 1",
                "give a smaller scale");
  axis.result = static_cast<std::int64_t>(rounded);
}

void scale_to(ResizedAxis& axis, std::int64_t result) {
  axis.result = result;
  axis.scaled = static_cast<double>(result);
  axis.scale = axis.scaled / static_cast<double>(axis.size);
}

/// The one factor for all dimensions under which none is larger, or none smaller, than its size.
double common_scale(AspectRatio aspect, const std::vector<ResizedAxis>& axes) {
  double common = axes.front().scale;
  for (const ResizedAxis& axis : axes)
    common = aspect == AspectRatio::not_larger ? std::min(common, axis.scale)
                                               : std::max(common, axis.scale);
  return common;
}

std::vector<ResizedAxis> resized(const Composite& made, const Shape& x,
                                 const ResizeOptions& options) {
  const Integers dimensions = resized_axes(made, x.rank(), options.axes);
  check(made, options, dimensions.size());
  std::vector<ResizedAxis> axes;
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    ResizedAxis axis{.axis = dimensions[i], .size = x[static_cast<std::size_t>(dimensions[i])]};
    if (axis.size <= 0)
      made.refuse(ErrorCode::invalid_argument,
                  "dimension " + std::to_string(axis.axis) + " of x " + x.to_string() +
                      " must be known and over 0 to be resized",
                  "give only the dimensions to resize in axes, and their sizes by reshape");
    if (options.scales.empty())
      scale_to(axis, options.sizes[i]);
    else
      scale_by(made, axis, options.scales[i], 0);
    if (options.coordinates == Coordinates::crop_and_resize && !options.region.empty()) {
      axis.begin = options.region[i].first;
      axis.end = options.region[i].second;
    }
    axes.push_back(axis);
  }
  if (options.scales.empty() && options.aspect != AspectRatio::stretch && !axes.empty()) {
    const double common = common_scale(options.aspect, axes);
    for (ResizedAxis& axis : axes)
      if (axis.scale != common) scale_by(made, axis, common, 0.5);
  }
  return axes;
}

/// `values` along dimension `axis` of a tensor of the rank of `x`.
template <class T>
Output along(const Output& x, std::int64_t axis, const std::vector<T>& values) {
  std::vector<std::int64_t> dims(x.shape().rank(), 1);
  dims[static_cast<std::size_t>(axis)] = static_cast<std::int64_t>(values.size());
  Tensor tensor = Tensor::zeros(dtype_of<T>(), Shape(dims));
  std::copy(values.begin(), values.end(), tensor.mutable_data<T>().begin());
  return constant(x.graph(), std::move(tensor));
}

Output named_parts(const Output& x, std::int64_t axis, const Integers& indices) {
  Tensor tensor = Tensor::zeros(DType::i64, {static_cast<std::int64_t>(indices.size())});
  std::copy(indices.begin(), indices.end(), tensor.mutable_data<std::int64_t>().begin());
  return gather(x, constant(x.graph(), std::move(tensor)), {.axis = axis});
}

/// The sum of what the taps name, each with its weight.
Output sum_of_taps(const Output& x, const ResizedAxis& axis, const Taps& of) {
  std::vector<Output> terms;
  for (std::int64_t tap = 0; tap < of.taps; ++tap) {
    Integers indices;
    std::vector<double> weights;
    for (std::int64_t i = tap; i < axis.result * of.taps; i += of.taps) {
      indices.push_back(of.indices[static_cast<std::size_t>(i)]);
      weights.push_back(of.weights[static_cast<std::size_t>(i)]);
    }
    terms.push_back(named_parts(x, axis.axis, indices) *
                    cast(along(x, axis.axis, weights), x.dtype()));
  }
  return add_n(terms);
}

/// The same as a product with the matrix [size, result] of the weights.
Output product_of_taps(const Output& x, const ResizedAxis& axis, const Taps& of) {
  Tensor matrix = Tensor::zeros(DType::f64, {axis.size, axis.result});
  const auto entries = matrix.mutable_data<double>();
  for (std::int64_t i = 0; i < axis.result * of.taps; ++i) {
    const auto at = static_cast<std::size_t>(i);
    entries[static_cast<std::size_t>(of.indices[at] * axis.result + i / of.taps)] += of.weights[at];
  }
  Integers last;
  for (std::size_t i = 0; i < x.shape().rank(); ++i) last.push_back(static_cast<std::int64_t>(i));
  std::swap(last[static_cast<std::size_t>(axis.axis)], last.back());
  const Output weights = cast(constant(x.graph(), std::move(matrix)), x.dtype());
  return transpose(matmul(transpose(x, last), weights), last);
}

Output resized_along(const Output& x, const ResizedAxis& axis, const ResizeOptions& options) {
  constexpr std::int64_t few = 4;  // taps, of which a sum reads x no more often than a product
  if (options.mode == Interpolation::nearest || axis.result == 0)
    return named_parts(x, axis.axis, nearest_neighbours(axis, options));
  const Taps of = weighted_neighbours(axis, options);
  return of.taps <= few ? sum_of_taps(x, axis, of) : product_of_taps(x, axis, of);
}

/// `y` with the value for what is outside of x along a dimension.
Output extrapolated(const Output& y, const ResizedAxis& axis, const ResizeOptions& options) {
  std::vector<bool> outside;
  for (std::int64_t i = 0; i < axis.result; ++i)
    outside.push_back(axis.is_outside(axis.position(options.coordinates, i)));
  if (std::find(outside.begin(), outside.end(), true) == outside.end()) return y;
  return where(along(y, axis.axis, outside), options.extrapolation_value, y);
}

}  // namespace

Output resize(const Output& x, const ResizeOptions& options) {
  const Composite made(x, "resize", {options.name, options.where});
  const DType dtype = x.dtype(options.where);
  if (options.mode != Interpolation::nearest && !is_floating(dtype))
    made.refuse(ErrorCode::dtype_mismatch,
                "x is " + std::string(to_string(dtype)) + ", but a sum of neighbours is floating",
                "cast x, or use the mode nearest");
  const std::vector<ResizedAxis> axes = resized(made, x.shape(options.where), options);
  const Output y = made.inside([&] {
    Output moved = x;
    for (const ResizedAxis& axis : axes)
      if (!axis.is_identity()) moved = resized_along(moved, axis, options);
    if (options.coordinates == Coordinates::crop_and_resize)
      for (const ResizedAxis& axis : axes) moved = extrapolated(moved, axis, options);
    return moved;
  });
  return identity(y, made.result());
}

}  // namespace deft
