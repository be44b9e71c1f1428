#include "windows.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <deft/ops/convolution.hpp>

namespace deft::onnx {
namespace {

void require_known(const NodeContext& node, const std::vector<std::int64_t>& sizes,
                   const std::string& why) {
  if (std::ranges::find(sizes, Shape::unknown) != sizes.end())
    node.refuse("with " + why +
                " the spatial dimensions of its input must be known; bind them by "
                "OnnxImportOptions: dims or shapes");
}

/// What windows need behind the padding, so that a last one that begins before the end of the
/// elements, or of the padding before them, counts even if it is not whole.
std::int64_t needed_beyond(std::int64_t size, const std::pair<std::int64_t, std::int64_t>& padding,
                           std::int64_t reach, std::int64_t stride) {
  const std::int64_t padded = size + padding.first + padding.second;
  if (padded - reach <= -stride) return 0;  // there is no window
  std::int64_t last = (padded - reach + stride - 1) / stride * stride;
  if (last >= size + padding.first) last -= stride;
  return std::max<std::int64_t>(0, last + reach - padded);
}

}  // namespace

bool Windows::goes_beyond() const {
  return std::ranges::any_of(beyond, [](const auto& sides) { return sides.second != 0; });
}

Paddings Windows::whole_padding() const {
  Paddings whole = padding;
  for (std::size_t i = 0; i < whole.size(); ++i) whole[i].second += beyond[i].second;
  return whole;
}

std::vector<std::int64_t> per_dimension(const NodeContext& node, std::string_view name,
                                        std::size_t dimensions, std::int64_t fallback) {
  std::vector<std::int64_t> numbers =
      node.integers(name, std::vector<std::int64_t>(dimensions, fallback));
  if (numbers.size() != dimensions)
    node.refuse("its attribute \"" + std::string(name) + "\" has " +
                std::to_string(numbers.size()) + " numbers for " + std::to_string(dimensions) +
                " spatial dimensions");
  return numbers;
}

Paddings explicit_pads(const NodeContext& node, std::size_t dimensions) {
  const std::vector<std::int64_t> pads = per_dimension(node, "pads", 2 * dimensions, 0);
  Paddings padding;
  for (std::size_t i = 0; i < dimensions; ++i) padding.emplace_back(pads[i], pads[dimensions + i]);
  return padding;
}

std::vector<std::int64_t> spatial_dims(const NodeContext& node, const Shape& x) {
  if (x.rank() < 3 || x.rank() > 5)
    node.refuse("its input has the shape " + x.to_string() +
                ", and deft takes 1 to 3 spatial dimensions behind batch and channels");
  return {x.dims().begin() + 2, x.dims().end()};
}

Windows windows_of(const NodeContext& node, const Shape& x, std::vector<std::int64_t> window) {
  const std::vector<std::int64_t> sizes = spatial_dims(node, x);
  const std::size_t dimensions = sizes.size();
  if (window.size() != dimensions)
    node.refuse("its windows have " + std::to_string(window.size()) +
                " dimensions, but its input of shape " + x.to_string() + " has " +
                std::to_string(dimensions) + " spatial ones");
  Windows windows{.window = std::move(window),
                  .strides = per_dimension(node, "strides", dimensions, 1),
                  .dilations = per_dimension(node, "dilations", dimensions, 1),
                  .padding = Paddings(dimensions),
                  .beyond = Paddings(dimensions)};
  const std::string mode = node.text("auto_pad", "NOTSET");
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    require_known(node, sizes, "auto_pad " + mode);
    const auto same = mode == "SAME_UPPER" ? same_upper : same_lower;
    windows.padding =
        same(sizes, windows.window, {.strides = windows.strides, .dilations = windows.dilations});
    return windows;
  }
  if (mode == "NOTSET")
    windows.padding = explicit_pads(node, dimensions);
  else if (mode != "VALID")
    node.refuse("auto_pad \"" + mode + "\" is none that ONNX knows");
  if (!node.flag("ceil_mode", false)) return windows;
  require_known(node, sizes, "ceil_mode");
  for (std::size_t i = 0; i < dimensions; ++i) {
    if (windows.strides[i] < 1) node.refuse("a stride is " + std::to_string(windows.strides[i]));
    const std::int64_t reach = (windows.window[i] - 1) * windows.dilations[i] + 1;
    windows.beyond[i].second =
        needed_beyond(sizes[i], windows.padding[i], reach, windows.strides[i]);
  }
  return windows;
}

}  // namespace deft::onnx
