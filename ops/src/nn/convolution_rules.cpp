#include "convolution_rules.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "shape_rules.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

void require_rank(const InferContext& context, std::size_t index, const char* name,
                  std::size_t rank) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() != rank)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " has the shape " + shape.to_string() + " of rank " +
                     std::to_string(shape.rank()) + ", but input 0 has rank " +
                     std::to_string(rank),
                 "give both the same number of spatial dimensions");
}

/// "groups", once it is known to divide the output channels of w.
std::int64_t check_groups(const InferContext& context, const Shape& w, std::size_t out) {
  const std::int64_t groups = context.attributes.get<std::int64_t>("groups");
  if (groups < 1)
    context.fail(ErrorCode::invalid_argument,
                 "there are " + std::to_string(groups) + " groups, but must be 1 or more",
                 "give 1 for a convolution of all channels");
  if (w[out] != unknown && w[out] % groups != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "dimension " + std::to_string(out) + " of the filter " + w.to_string() + " is " +
                     std::to_string(w[out]) + ", which is no multiple of " +
                     std::to_string(groups) + " groups",
                 "give each group the same number of channels");
  return groups;
}

/// The channels of x for which w is made.
std::int64_t channels_in(const InferContext& context, std::int64_t of_group, std::int64_t groups) {
  if (of_group == unknown) return unknown;
  if (of_group > std::numeric_limits<std::int64_t>::max() / groups)
    context.fail(ErrorCode::overflow,
                 std::to_string(groups) + " groups of " + std::to_string(of_group) +
                     " channels do not fit in 63 bits",
                 "give fewer groups");
  return of_group * groups;
}

/// The shape of y for those of x and w: what conv gives, and what its gradients must get.
Shape infer_y(const InferContext& context, const SpatialLayout& layout, const Shape& x,
              const Shape& w) {
  const FilterLayout filter = filter_layout(layout);
  WindowAxes axes = check_window_axes(context, layout);
  const std::int64_t groups = check_groups(context, w, filter.out());
  const std::int64_t in = channels_in(context, w[filter.in()], groups);
  const std::int64_t channels = x[layout.channels()];
  if (in != unknown && channels != unknown && in != channels)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + x.to_string() + " has " + std::to_string(channels) +
                     " channels, but the filter " + w.to_string() + " is for " +
                     std::to_string(in) + " in " + std::to_string(groups) +
                     (groups == 1 ? " group" : " groups"),
                 "the filter needs the channels of the input divided by the groups; see layout");
  if (channels != unknown && channels % groups != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + x.to_string() + " has " + std::to_string(channels) +
                     " channels, which is no multiple of " + std::to_string(groups) + " groups",
                 "give each group the same number of channels");
  std::vector<std::int64_t> y = dims_of(x);
  y[layout.channels()] = w[filter.out()];
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    axis.input = x[layout.spatial(i)];
    axis.window = w[filter.spatial(i)];
    y[layout.spatial(i)] = count_windows(context, axis, i);
  }
  return Shape(y);
}

/// Refuses an input `index` that does not have the shape of what conv gives.
void require_y(const InferContext& context, std::size_t index, const Shape& x, const Shape& w,
               const SpatialLayout& layout) {
  const Shape expected = infer_y(context, layout, x, w);
  const Shape& y = context.inputs[index].shape;
  if (!expected.is_compatible_with(y))
    context.fail(ErrorCode::shape_mismatch,
                 "input " + std::to_string(index) + " has the shape " + y.to_string() +
                     ", but conv gives " + expected.to_string() + " for the input " +
                     x.to_string() + " and the filter " + w.to_string(),
                 "give the gradient of what conv gives under the same options");
}

/// One dimension of x for `windows` along it.
std::int64_t transposed_size(const InferContext& context, const WindowAxis& axis,
                             std::int64_t windows, std::int64_t more, std::size_t i) {
  const std::string dimension = "spatial dimension " + std::to_string(i);
  if (windows == unknown || axis.window == unknown) return unknown;
  if (windows == 0)
    context.fail(ErrorCode::shape_mismatch,
                 dimension + " of the input is 0, but conv never gives so few",
                 "give at least one element");
  std::int64_t size = 0;
  if (__builtin_mul_overflow(windows - 1, axis.stride, &size) ||
      __builtin_add_overflow(size, axis.extent() + more - axis.before - axis.after, &size))
    context.fail(ErrorCode::overflow,
                 dimension + " of the result does not fit in 63 bits: " + std::to_string(windows) +
                     " windows at a stride of " + std::to_string(axis.stride),
                 "make it smaller");
  if (size < 0)
    context.fail(ErrorCode::shape_mismatch,
                 dimension + " of the result has " +
                     std::to_string(size + axis.before + axis.after) +
                     " elements, of which the padding cuts off " + std::to_string(axis.before) +
                     " and " + std::to_string(axis.after),
                 "give less padding");
  return size;
}

/// y, w -> x, without a third input that has its shape
Shape infer_transposed(const InferContext& context, const SpatialLayout& layout, const Shape& y,
                       const Shape& w) {
  const FilterLayout filter = filter_layout(layout);
  WindowAxes axes = check_window_axes(context, layout);
  check_list(context, "output_padding", layout.spatial_rank(), 0);
  const auto& more = context.attributes.get<std::vector<std::int64_t>>("output_padding");
  const std::int64_t groups = check_groups(context, w, filter.out());
  const std::int64_t out = w[filter.out()];
  const std::int64_t channels = y[layout.channels()];
  if (out != unknown && channels != unknown && out != channels)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + y.to_string() + " has " + std::to_string(channels) +
                     " channels, but the filter " + w.to_string() + " gives " +
                     std::to_string(out) + " in conv",
                 "the filter is that of the conv which is transposed; see layout");
  std::vector<std::int64_t> x = dims_of(y);
  x[layout.channels()] = channels_in(context, w[filter.in()], groups);
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    axis.window = w[filter.spatial(i)];
    const std::int64_t added = more.empty() ? 0 : more[i];
    if (added >= axis.stride)
      context.fail(ErrorCode::invalid_argument,
                   "output_padding has the number " + std::to_string(added) +
                       " where the stride is " + std::to_string(axis.stride),
                   "give a number below the stride");
    axis.input = unknown;
    count_windows(context, axis, i);
    x[layout.spatial(i)] = transposed_size(context, axis, y[layout.spatial(i)], added, i);
  }
  return Shape(x);
}

}  // namespace

std::vector<TensorSpec> infer_conv(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the filter", layout.rank);
  return {{context.inputs[0].dtype,
           infer_y(context, layout, context.inputs[0].shape, context.inputs[1].shape)}};
}

std::vector<TensorSpec> infer_conv_transpose(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the filter", layout.rank);
  const Shape& w = context.inputs[1].shape;
  if (context.inputs.size() == 2)
    return {
        {context.inputs[0].dtype, infer_transposed(context, layout, context.inputs[0].shape, w)}};
  require_rank(context, 2, "what the result is to be like", layout.rank);
  require_y(context, 0, context.inputs[2].shape, w, layout);
  return {context.inputs[2]};
}

std::vector<TensorSpec> infer_conv_filter_gradient(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the gradient", layout.rank);
  require_rank(context, 2, "the filter", layout.rank);
  require_y(context, 1, context.inputs[0].shape, context.inputs[2].shape, layout);
  return {context.inputs[2]};
}

}  // namespace deft
