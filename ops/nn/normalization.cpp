#include <deft/nn/normalization.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/companions.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "parameter.hpp"

namespace deft {
namespace {

/// The axes of `rank` dimensions but `axis`.
std::vector<std::int64_t> others_than(std::int64_t axis, std::int64_t rank) {
  std::vector<std::int64_t> axes;
  axes.reserve(static_cast<std::size_t>(rank));
  for (std::int64_t i = 0; i < rank; ++i)
    if (i != axis) axes.push_back(i);
  return axes;
}

void require_batch(const Composite& made, const Output& x) {
  if (x.shape().rank() < 2)
    made.refuse(ErrorCode::shape_mismatch,
                "x has the shape " + x.shape().to_string() + " of rank " +
                    std::to_string(x.shape().rank()) + ", but needs a batch and units",
                "give it rank 2 or more");
}

/// The result of a norm. Factors are in an order in which an empty batch has gradients of 0 though
/// its moments are NaN.
Output normalized(const Composite& made, const Output& x, const Moments& moments, double epsilon,
                  const Output& scale, const Output& shift) {
  const Output scaled =
      made.inside([&] { return (x - moments.mean) * rsqrt(moments.variance + epsilon) * scale; });
  return add(scaled, shift, made.result());
}

/// moving + momentum (batch - moving), or moving as it was
void follow(const Output& owner, const Output& moving, const Output& batch, const Output& is_usable,
            double momentum, std::string_view name) {
  const Output moved = moving + momentum * (batch - moving);
  companion_assign(owner, moving, where(is_usable, moved, moving), {.name = name});
}

/// x [n, ..., units] -> the means of each example and group, [n, 1..., units]
Output group_means(const Output& x, std::int64_t groups, std::int64_t units) {
  const auto rank = static_cast<std::int64_t>(x.shape().rank());
  std::vector<std::int64_t> spatial;
  std::vector<std::int64_t> dims{Shape::unknown};
  for (std::int64_t i = 1; i < rank - 1; ++i) {
    spatial.push_back(i);
    dims.push_back(1);
  }
  dims.push_back(units);
  const Output of_units = spatial.empty() ? x : reduce_mean(x, {.axes = spatial});
  const Output in_groups = reshape(of_units, {Shape::unknown, groups, units / groups});
  const Output of_groups = reduce_mean(in_groups, {.axes = {-1}, .keep_dims = true});
  return reshape(broadcast_like(of_groups, in_groups), Shape(dims));
}

}  // namespace

BatchNorm::BatchNorm(const Graph& graph, std::int64_t units, const BatchNormOptions& options)
    : axis(options.axis), momentum(options.momentum), epsilon(options.epsilon) {
  const LayerName layer{"batch_norm", options.name, options.where};
  if (!(momentum >= 0 && momentum <= 1))
    layer.refuse(ErrorCode::invalid_argument, "momentum is " + std::to_string(momentum),
                 "give a weight of the new value, from 0 to 1");
  const DType dtype = options.dtype;
  scale = filled_parameter(graph, layer, "scale", dtype, units, 1);
  shift = filled_parameter(graph, layer, "shift", dtype, units, 0);
  moving_mean = filled_parameter(graph, layer, "moving_mean", dtype, units, 0, false);
  moving_variance = filled_parameter(graph, layer, "moving_variance", dtype, units, 1, false);
}

Output BatchNorm::operator()(const Output& x, Mode mode, const NodeOptions& options) const {
  const Composite made(x, "batch_norm", options);
  require_batch(made, x);
  require_units(made, x, scale, axis);
  const auto rank = static_cast<std::int64_t>(x.shape().rank());
  const std::int64_t of_units = axis < 0 ? axis + rank : axis;
  const std::vector<std::int64_t> others = others_than(of_units, rank);
  const auto by = [&](const Output& mean, const Output& variance) {
    const auto along = [&](const Output& v) {
      return made.inside([&] { return along_axis(v, rank, of_units); });
    };
    return normalized(made, x, {along(mean), along(variance)}, epsilon, along(scale), along(shift));
  };
  if (mode == Mode::evaluate) return by(moving_mean, moving_variance);
  const Moments batch = made.inside([&] { return moments(x, {.axes = others}); });
  Output y = by(batch.mean, batch.variance);
  made.inside([&] {
    const Output count = cast(size(x, others), x.dtype());
    const Output variance = batch.variance * (count / (count - 1));
    const Output is_usable = is_finite(variance);
    follow(y, moving_mean, batch.mean, is_usable, momentum, "moving_mean/update");
    follow(y, moving_variance, variance, is_usable, momentum, "moving_variance/update");
  });
  return y;
}

GroupNorm::GroupNorm(const Graph& graph, std::int64_t units, std::int64_t number_of_groups,
                     const NormLayerOptions& options)
    : groups(number_of_groups), epsilon(options.epsilon) {
  const LayerName layer{"group_norm", options.name, options.where};
  layer.require_parts("groups", groups, units);
  scale = filled_parameter(graph, layer, "scale", options.dtype, units, 1);
  shift = filled_parameter(graph, layer, "shift", options.dtype, units, 0);
}

Output GroupNorm::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "group_norm", options);
  require_batch(made, x);
  require_units(made, x, scale);
  const std::int64_t units = scale.shape()[0];
  const Moments of_groups = made.inside([&] {
    const Output mean = group_means(x, groups, units);
    return Moments{mean, group_means(square(x - mean), groups, units)};
  });
  return normalized(made, x, of_groups, epsilon, scale, shift);
}

}  // namespace deft
