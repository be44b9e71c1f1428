#include "handlers/layout.hpp"

#include <algorithm>
#include <limits>

#include "text.hpp"

namespace deft::tensorflow {

namespace {

/// Numbers of windows are of 32 bits in TensorFlow's kernels; so no product of two overflows here.
constexpr std::int64_t most_windowed = std::numeric_limits<std::int32_t>::max();

void check_number(const NodeContext& context, const char* attribute, std::int64_t number,
                  std::int64_t least) {
  if (number < least || number > most_windowed)
    context.refuse("its attribute " + in_quotes(attribute) + " has the number " +
                   std::to_string(number));
}

}  // namespace

bool is_channels_first(const NodeContext& context) {
  const std::string format = context.text("data_format", "NHWC");
  if (format != "NHWC" && format != "NCHW")
    context.refuse("its data_format is " + in_quotes(format) + " and not NHWC or NCHW");
  return format == "NCHW";
}

ChannelLayout layout_of(const NodeContext& context) {
  return is_channels_first(context) ? ChannelLayout::channels_first : ChannelLayout::channels_last;
}

void check_dimensions(const NodeContext& context, const Shape& shape) {
  if (std::ranges::max(shape.dims()) > most_windowed)
    context.refuse("it has an operand of the shape " + shape.to_string() +
                   ", beyond the 32 bits of its dimensions");
}

std::vector<std::int64_t> spatial(const NodeContext& context, const char* attribute) {
  const std::vector<std::int64_t> all = context.integers(attribute, {1, 1, 1, 1});
  if (all.size() != 4)
    context.refuse("its attribute " + in_quotes(attribute) + " has " + std::to_string(all.size()) +
                   " entries, not 4");
  for (const std::int64_t number : all) check_number(context, attribute, number, 1);
  const bool is_first = is_channels_first(context);
  if (all[0] != 1 || all[is_first ? 1 : 3] != 1)
    context.refuse("its attribute " + in_quotes(attribute) +
                   " is not 1 along the batch and the channels");
  return is_first ? std::vector<std::int64_t>{all[2], all[3]}
                  : std::vector<std::int64_t>{all[1], all[2]};
}

std::vector<std::int64_t> spatial_sizes(const NodeContext& context, const Shape& shape) {
  if (shape.rank() != 4)
    context.refuse("an input has the shape " + shape.to_string() + " and not 4 dimensions");
  check_dimensions(context, shape);
  if (is_channels_first(context)) return {shape[2], shape[3]};
  return {shape[1], shape[2]};
}

Paddings padding_of(const NodeContext& context, const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& window,
                    const std::vector<std::int64_t>& strides,
                    const std::vector<std::int64_t>& dilations) {
  const std::string padding = context.text("padding", "VALID");
  if (padding == "VALID") return {};
  if (padding == "EXPLICIT") {
    const std::vector<std::int64_t> all = context.integers("explicit_paddings", {});
    if (all.size() != 8) context.refuse("it has no 8 explicit_paddings");
    for (const std::int64_t number : all) check_number(context, "explicit_paddings", number, 0);
    const std::size_t first = is_channels_first(context) ? 4 : 2;
    return {{all[first], all[first + 1]}, {all[first + 2], all[first + 3]}};
  }
  if (padding != "SAME") context.refuse("its padding is " + in_quotes(padding));
  if (std::ranges::find(sizes, Shape::unknown) != sizes.end())
    context.refuse(
        "its padding is SAME, but the input has unknown spatial dimensions; give .shapes");
  return same_upper(sizes, window, {.strides = strides, .dilations = dilations});
}

}  // namespace deft::tensorflow
