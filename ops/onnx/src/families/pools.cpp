#include <array>
#include <string>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "op_table.hpp"
#include "widened.hpp"
#include "windows.hpp"

namespace deft::onnx {
namespace {

Windows pool_windows(const NodeContext& node) {
  return windows_of(node, node.input(0).shape(), node.integers("kernel_shape"));
}

/// Numbers of elements of x [n, channels, spatial...] in row-major order, counted with the first
/// spatial dimension as the fastest instead.
Output first_fastest(const NodeContext& node, const Output& numbers, const Shape& x) {
  const std::vector<std::int64_t> sizes = spatial_dims(node, x);
  std::int64_t elements = 1;
  for (const std::int64_t size : sizes) {
    if (size == Shape::unknown)
      node.refuse(
          "with storage_order 1 the spatial dimensions of its input must be known; bind them by "
          "OnnxImportOptions: dims or shapes");
    elements *= size;
  }
  if (elements == 0) return numbers;
  Output rest = floor_mod(numbers, elements);
  Output result = sub(numbers, rest);
  std::int64_t stride = elements;  // in the result, of the dimension that is the fastest in `rest`
  for (std::size_t i = sizes.size(); i-- > 0;) {
    stride /= sizes[i];
    result = add(result, mul(floor_mod(rest, sizes[i]), stride));
    rest = floor_div(rest, sizes[i]);
  }
  return result;
}

std::vector<Output> import_max_pool(const NodeContext& node) {
  const Windows windows = pool_windows(node);
  const MaxPoolOptions options{.window = windows.window,
                               .strides = windows.strides,
                               .dilations = windows.dilations,
                               .padding = windows.whole_padding(),
                               .layout = ChannelLayout::channels_first};
  const Output x = node.input(0);
  const Output computed = as_dtype(x, computing_dtype(x.dtype()));
  if (!node.wants_output(1)) return {as_dtype(max_pool(computed, options), x.dtype())};
  const auto [values, indices] = max_pool_with_argmax(computed, options);
  return {as_dtype(values, x.dtype()), node.integer("storage_order", 0) == 0
                                           ? indices
                                           : first_fastest(node, indices, x.shape())};
}

/// Of padding that counts, what lies beyond it still does not.
std::vector<Output> import_average_pool(const NodeContext& node) {
  const Windows windows = pool_windows(node);
  const bool counted = node.flag("count_include_pad", false);
  const bool padded_before = counted && windows.goes_beyond();
  AveragePoolOptions options{.window = windows.window,
                             .strides = windows.strides,
                             .dilations = windows.dilations,
                             .padding = padded_before ? windows.beyond : windows.whole_padding(),
                             .count_include_padding = counted && !padded_before,
                             .layout = ChannelLayout::channels_first};
  Paddings before{{0, 0}, {0, 0}};
  before.insert(before.end(), windows.padding.begin(), windows.padding.end());
  return {widened(node.input(0), [&](const Output& x) {
    return average_pool(padded_before ? pad(x, before) : x, options);
  })};
}

double norm_order(const NodeContext& node) {
  const std::int64_t p = node.integer("p", 2);
  if (p < 1) node.refuse("p is " + std::to_string(p) + ", and norms have 1 or more");
  return static_cast<double>(p);
}

std::vector<Output> import_lp_pool(const NodeContext& node) {
  const Windows windows = pool_windows(node);
  return {widened(node.input(0), [&](const Output& x) {
    return lp_pool(x, {.window = windows.window,
                       .p = norm_order(node),
                       .strides = windows.strides,
                       .dilations = windows.dilations,
                       .padding = windows.whole_padding(),
                       .layout = ChannelLayout::channels_first});
  })};
}

/// The dimensions behind batch and channels.
std::vector<std::int64_t> spatial_axes(const Output& x) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 2; i < x.shape().rank(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

std::vector<Output> import_global_average_pool(const NodeContext& node) {
  return {widened(node.input(0), [](const Output& x) {
    return reduce_mean(x, {.axes = spatial_axes(x), .keep_dims = true});
  })};
}

std::vector<Output> import_global_max_pool(const NodeContext& node) {
  return {widened(node.input(0), [](const Output& x) {
    return reduce_max(x, {.axes = spatial_axes(x), .keep_dims = true});
  })};
}

std::vector<Output> import_global_lp_pool(const NodeContext& node) {
  const double p = norm_order(node);
  return {widened(node.input(0), [p](const Output& x) {
    const std::vector<std::int64_t> axes = spatial_axes(x);
    if (p <= 2) return norm(x, {.ord = p, .axes = axes, .keep_dims = true});
    return pow(reduce_sum(pow(abs(x), p), {.axes = axes, .keep_dims = true}), 1 / p);
  })};
}

std::vector<Output> import_max_unpool(const NodeContext& node) {
  const Output x = node.input(0);
  const std::vector<std::int64_t> sizes = spatial_dims(node, x.shape());
  const std::vector<std::int64_t> window = per_dimension(node, "kernel_shape", sizes.size(), 1);
  const std::vector<std::int64_t> strides = per_dimension(node, "strides", sizes.size(), 1);
  const Paddings pads = explicit_pads(node, sizes.size());
  if (!x.shape().is_fully_defined())
    node.refuse("its input is " + to_string(x.spec()) +
                ", and all dimensions must be known, since indices count across the batch; bind "
                "them by OnnxImportOptions: batch, dims or shapes");
  std::vector<std::int64_t> dims{x.shape()[0], x.shape()[1]};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    dims.push_back((sizes[i] - 1) * strides[i] - pads[i].first - pads[i].second + window[i]);
  const Output y = max_unpool(x, node.input(1), Shape(dims));
  if (!node.has_input(2)) return {y};
  const std::vector<std::int64_t> wanted = node.integers_input(2, "output_shape");
  Paddings behind;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t more = wanted.size() == dims.size() ? wanted[i] - dims[i] : -1;
    if (more < 0)
      node.refuse("its output_shape does not contain the shape " + Shape(dims).to_string() +
                  " that its windows have");
    behind.emplace_back(0, more);
  }
  return {pad(y, behind)};
}

constexpr std::array pools{
    OpImport{"MaxPool", import_max_pool, 1},
    OpImport{"AveragePool", import_average_pool, 1},
    OpImport{"LpPool", import_lp_pool},
    OpImport{"GlobalAveragePool", import_global_average_pool, 1},
    OpImport{"GlobalMaxPool", import_global_max_pool, 1},
    OpImport{"GlobalLpPool", import_global_lp_pool},
    OpImport{"MaxUnpool", import_max_unpool, 9},
};

}  // namespace

std::span<const OpImport> pool_ops() { return pools; }

}  // namespace deft::onnx
