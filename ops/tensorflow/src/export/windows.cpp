#include <algorithm>

#include "export/families.hpp"

// Windows over pictures [n, height, width, channels].
namespace deft::tensorflow {
namespace {

void check_layout(const NodeWriter& node) {
  if (node.output().shape.rank() != 4)
    node.refuse("its windows have " + std::to_string(node.output().shape.rank() - 2) +
                " spatial dimensions, not 2");
  if (node.get<bool>("channels_first"))
    node.refuse("its channels come first, which TensorFlow does not compute on processors");
}

/// An attribute with one number for each of the 4 dimensions.
std::vector<std::int64_t> of_dimensions(const NodeWriter& node, std::string_view attribute) {
  const std::vector<std::int64_t> spatial = node.integers(attribute);
  if (spatial.empty()) return {1, 1, 1, 1};
  return {1, spatial.at(0), spatial.at(1), 1};
}

std::vector<std::int64_t> paddings(const NodeWriter& node) {
  std::vector<std::int64_t> padding = node.integers("padding");
  padding.resize(4, 0);
  return {0, 0, padding[0], padding[1], padding[2], padding[3], 0, 0};
}

/// The options of a convolution, or of that which a gradient is of.
ExportAttributes conv_attributes(const NodeWriter& node) {
  const std::vector<std::int64_t> padding = paddings(node);
  const bool is_padded = std::ranges::any_of(padding, [](std::int64_t size) { return size != 0; });
  ExportAttributes attributes{{"T", node.dtype()},
                              {"strides", of_dimensions(node, "strides")},
                              {"dilations", of_dimensions(node, "dilations")},
                              {"data_format", std::string("NHWC")},
                              {"padding", std::string(is_padded ? "EXPLICIT" : "VALID")}};
  if (is_padded) attributes.emplace_back("explicit_paddings", padding);
  return attributes;
}

std::string sizes(const NodeWriter& node, const Shape& shape) {
  if (!shape.is_fully_defined()) node.refuse("its shape has unknown dimensions");
  std::vector<std::int32_t> dims;
  for (const std::int64_t dim : shape.dims()) dims.push_back(node.narrow(dim));
  return node.constant("sizes", Tensor::from(dims));
}

void check_groups(const NodeWriter& node) {
  if (node.get<std::int64_t>("groups") != 1) node.refuse("its channels are in groups");
}

void write_conv(const NodeWriter& node) {
  check_layout(node);
  node.result("Conv2D", node.inputs(), conv_attributes(node));
}

/// x, filter -> what the gradient of a convolution with respect to its operand is
void write_conv_transpose(const NodeWriter& node) {
  check_layout(node);
  check_groups(node);
  node.result("Conv2DBackpropInput",
              {sizes(node, node.output().shape), node.input(1), node.input(0)},
              conv_attributes(node));
}

/// x, gradient, filter of which only the shape matters
void write_conv_filter_gradient(const NodeWriter& node) {
  check_layout(node);
  check_groups(node);
  node.result("Conv2DBackpropFilter",
              {node.input(0), sizes(node, node.output().shape), node.input(1)},
              conv_attributes(node));
}

/// Whether the padding is what TensorFlow calls SAME, which divides like deft where it is an
/// average.
bool is_same(const NodeWriter& node, const std::vector<std::int64_t>& padding) {
  const std::vector<std::int64_t> window = of_dimensions(node, "window");
  const std::vector<std::int64_t> strides = of_dimensions(node, "strides");
  const Shape& shape = node.shape(0);
  for (std::size_t i = 1; i <= 2; ++i) {
    if (shape[i] == Shape::unknown) return false;
    const std::int64_t count = (shape[i] + strides[i] - 1) / strides[i];
    const std::int64_t all =
        std::max<std::int64_t>(0, (count - 1) * strides[i] + window[i] - shape[i]);
    if (padding[2 * i] != all / 2 || padding[2 * i + 1] != all - all / 2) return false;
  }
  return true;
}

ExportAttributes pool_attributes(const NodeWriter& node) {
  check_layout(node);
  const std::vector<std::int64_t> padding = paddings(node);
  const bool is_padded = std::ranges::any_of(padding, [](std::int64_t size) { return size != 0; });
  if (is_padded && !is_same(node, padding)) node.refuse("its padding is not that of SAME");
  for (const std::int64_t dilation : node.integers("dilations"))
    if (dilation != 1) node.refuse("its windows are dilated");
  return {{"T", node.dtype()},
          {"ksize", of_dimensions(node, "window")},
          {"strides", of_dimensions(node, "strides")},
          {"padding", std::string(is_padded ? "SAME" : "VALID")},
          {"data_format", std::string("NHWC")}};
}

void check_counts(const NodeWriter& node) {
  if (!node.integers("padding").empty() && node.get<bool>("count_include_padding"))
    node.refuse("its means count the padding");
}

void write_max_pool(const NodeWriter& node) {
  node.result("MaxPool", node.inputs(), pool_attributes(node));
}

void write_average_pool(const NodeWriter& node) {
  check_counts(node);
  node.result("AvgPool", node.inputs(), pool_attributes(node));
}

/// x, gradient of the result -> gradient of x; TensorFlow wants the result too.
void write_max_pool_scatter(const NodeWriter& node) {
  const ExportAttributes attributes = pool_attributes(node);
  const std::string pool = node.helper("pool", "MaxPool", {node.input(0)}, attributes);
  node.result("MaxPoolGrad", {node.input(0), pool, node.input(1)}, attributes);
}

/// x, of which only the shape matters, and the gradient of the result
void write_average_pool_scatter(const NodeWriter& node) {
  check_counts(node);
  node.result("AvgPoolGrad", {sizes(node, node.shape(0)), node.input(1)}, pool_attributes(node));
}

constexpr OpExport handlers[] = {
    {"average_pool", write_average_pool},
    {"average_pool_scatter", write_average_pool_scatter},
    {"conv", write_conv},
    {"conv_filter_gradient", write_conv_filter_gradient},
    {"conv_transpose", write_conv_transpose},
    {"max_pool", write_max_pool},
    {"max_pool_scatter", write_max_pool_scatter},
};

}  // namespace

constinit const OpExports window_exports = handlers;

}  // namespace deft::tensorflow
