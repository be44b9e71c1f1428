#include "window_rules.hpp"

#include <limits>
#include <string>

#include <deft/core/shape.hpp>

namespace deft {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t unknown = Shape::unknown;

const std::vector<std::int64_t>& list(const Attributes& attributes, const char* name) {
  return attributes.get<std::vector<std::int64_t>>(name);
}

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

SpatialLayout check_layout(const InferContext& context, std::size_t index, const char* name) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() < 3 || shape.rank() > 5)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " has the shape " + shape.to_string() + " of rank " +
                     std::to_string(shape.rank()) +
                     ", but needs a batch, channels and 1 to 3 spatial dimensions",
                 "reshape it to rank 3, 4 or 5");
  return {context.attributes.get<bool>("channels_first"), shape.rank()};
}

WindowAxes window_axes(const Attributes& attributes, const SpatialLayout& layout) {
  const auto& strides = list(attributes, "strides");
  const auto& dilations = list(attributes, "dilations");
  const auto& padding = list(attributes, "padding");
  WindowAxes axes;
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    if (!strides.empty()) axis.stride = strides[i];
    if (!dilations.empty()) axis.dilation = dilations[i];
    if (!padding.empty()) axis.before = padding[2 * i];
    if (!padding.empty()) axis.after = padding[2 * i + 1];
  }
  return axes;
}

void check_list(const InferContext& context, const char* name, std::size_t rank, std::int64_t least,
                std::size_t per_entry) {
  const auto& numbers = list(context.attributes, name);
  if (!numbers.empty() && numbers.size() != rank * per_entry)
    context.fail(ErrorCode::invalid_argument,
                 std::string(name) + " has " +
                     counted(numbers.size() / per_entry, "entry", "entries") + " for " +
                     counted(rank, "spatial dimension", "spatial dimensions"),
                 "give one entry per spatial dimension");
  for (const std::int64_t number : numbers)
    if (number < least || number > largest)
      context.fail(ErrorCode::invalid_argument,
                   std::string(name) + " has the number " + std::to_string(number) +
                       ", but must be from " + std::to_string(least) + " to " +
                       std::to_string(largest),
                   "give a number in that range");
}

WindowAxes check_window_axes(const InferContext& context, const SpatialLayout& layout) {
  check_list(context, "strides", layout.spatial_rank(), 1);
  check_list(context, "dilations", layout.spatial_rank(), 1);
  check_list(context, "padding", layout.spatial_rank(), 0, 2);
  return window_axes(context.attributes, layout);
}

std::int64_t count_windows(const InferContext& context, const WindowAxis& axis, std::size_t i) {
  const std::string dimension = "spatial dimension " + std::to_string(i);
  if (axis.window != unknown && (axis.window < 1 || axis.window > largest))
    context.fail(ErrorCode::shape_mismatch,
                 "the window has " + std::to_string(axis.window) + " elements along " + dimension +
                     ", but must have from 1 to " + std::to_string(largest),
                 "give a window of that size");
  if (axis.window == unknown || axis.input == unknown) return unknown;
  if (axis.slack() < 0)
    context.fail(ErrorCode::shape_mismatch,
                 "along " + dimension + " a window of " + std::to_string(axis.window) +
                     " elements, dilated by " + std::to_string(axis.dilation) + ", spans " +
                     std::to_string(axis.extent()) + ", but the input has " +
                     std::to_string(axis.input) + " padded by " + std::to_string(axis.before) +
                     " and " + std::to_string(axis.after),
                 "pad the input, or make the window smaller");
  return axis.count();
}

std::vector<std::int64_t> flattened(const Paddings& padding) {
  std::vector<std::int64_t> flat;
  for (const auto& of_dimension : padding) {
    flat.push_back(of_dimension.first);
    flat.push_back(of_dimension.second);
  }
  return flat;
}

}  // namespace deft
