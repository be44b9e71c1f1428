#include <array>
#include <numeric>
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

/// What `pool` makes of input 0 [n, channels, spatial...] in the given layout: that in which the
/// input was made.
template <class Pool>
Output pooled(const NodeContext& node, const Pool& pool) {
  ChannelsLast& channels_last = node.channels_last();
  const Output x = node.input(0);
  if (channels_last.has(x))
    return channels_last.first(pool(channels_last.of(x), ChannelLayout::channels_last));
  return pool(x, ChannelLayout::channels_first);
}

std::vector<Output> import_max_pool(const NodeContext& node) {
  const Windows windows = pool_windows(node);
  MaxPoolOptions options{.window = windows.window,
                         .strides = windows.strides,
                         .dilations = windows.dilations,
                         .padding = windows.whole_padding(),
                         .layout = ChannelLayout::channels_first};
  const Output x = node.input(0);
  const DType dtype = computing_dtype(x.dtype());
  if (!node.wants_output(1))
    return {pooled(node, [&](const Output& in, ChannelLayout layout) {
      options.layout = layout;
      return as_dtype(max_pool(as_dtype(in, dtype), options), x.dtype());
    })};
  const Output computed = as_dtype(x, dtype);
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
                             .count_include_padding = counted && !padded_before};
  return {pooled(node, [&](const Output& in, ChannelLayout layout) {
    options.layout = layout;
    Paddings before = windows.padding;
    before.insert(before.begin(), {0, 0});
    before.insert(layout == ChannelLayout::channels_last ? before.end() : before.begin(), {0, 0});
    return widened(in, [&](const Output& x) {
      return average_pool(padded_before ? pad(x, before) : x, options);
    });
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

std::vector<std::int64_t> spatial_axes(const Output& x,
                                       ChannelLayout layout = ChannelLayout::channels_first) {
  const std::int64_t first = layout == ChannelLayout::channels_last ? 1 : 2;
  std::vector<std::int64_t> axes(x.shape().rank() - 2);
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

std::vector<Output> import_global_average_pool(const NodeContext& node) {
  return {pooled(node, [](const Output& in, ChannelLayout layout) {
    return widened(in, [layout](const Output& x) {
      return reduce_mean(x, {.axes = spatial_axes(x, layout), .keep_dims = true});
    });
  })};
}

std::vector<Output> import_global_max_pool(const NodeContext& node) {
  return {pooled(node, [](const Output& in, ChannelLayout layout) {
    return widened(in, [layout](const Output& x) {
      return reduce_max(x, {.axes = spatial_axes(x, layout), .keep_dims = true});
    });
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
