#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

/// A value with 1 to 3 spatial dimensions, which are not empty, or a new one.
inline Output any_images(GrowingGraph& g, bool (*fits)(DType), DType dtype) {
  const Output found = g.pick([&](const TensorSpec& spec) {
    const auto dims = spec.shape.dims();
    return fits(spec.dtype) && dims.size() >= 3 && dims.size() <= 5 &&
           std::ranges::count(dims.subspan(1), 0) == 0;
  });
  if (!found.is_empty() && !g.draws.one_in(3)) return found;
  const std::size_t rank = g.draws.of<std::size_t>({3, 4, 4, 5});
  return g.source({dtype, g.draws.shape(rank, g.traits.most_elements)});
}
inline Output any_images(GrowingGraph& g) { return any_images(g, is_floating, g.draws.floating()); }

/// Windows, and padding that makes them fit into images of this shape.
struct AnyWindows {
  ChannelLayout layout;
  std::vector<std::int64_t> window, strides, dilations;
  Paddings padding;

  AnyWindows(Draws& draws, const Shape& images)
      : layout(draws.one_in(2) ? ChannelLayout::channels_first : ChannelLayout::channels_last) {
    for (std::size_t i = 0; i + 2 < images.rank(); ++i) {
      const std::int64_t size = images[i + (channels_first() ? 2 : 1)];
      window.push_back(draws.of<std::int64_t>({1, 2, 2, 3}));
      strides.push_back(draws.of<std::int64_t>({1, 1, 2}));
      dilations.push_back(draws.of<std::int64_t>({1, 1, 1, 2}));
      const std::int64_t most = (window.back() - 1) * dilations.back();
      padding.push_back({std::min<std::int64_t>(most, draws.one_in(2) ? 1 : 0), 0});
      padding.back().second = std::max<std::int64_t>(0, most + 1 - size - padding.back().first);
    }
  }

  bool channels_first() const { return layout == ChannelLayout::channels_first; }

  std::int64_t channels(const Shape& images) const {
    return images[channels_first() ? 1 : images.rank() - 1];
  }

  /// A filter of `in` channels for each of its groups, and `out`.
  Shape filter(std::int64_t in, std::int64_t out) const {
    std::vector<std::int64_t> dims = window;
    const std::vector<std::int64_t> ends = {in, out};
    if (channels_first())
      dims.insert(dims.begin(), ends.rbegin(), ends.rend());
    else
      dims.insert(dims.end(), ends.begin(), ends.end());
    return Shape(dims);
  }

  ConvOptions conv(std::int64_t groups) const {
    return {.strides = strides,
            .dilations = dilations,
            .groups = groups,
            .padding = padding,
            .layout = layout};
  }
  Output max_pool(const Output& x) const {
    return deft::max_pool(x, {.window = window,
                              .strides = strides,
                              .dilations = dilations,
                              .padding = padding,
                              .layout = layout});
  }
  Output average_pool(const Output& x, bool count_padding) const {
    return deft::average_pool(x, {.window = window,
                                  .strides = strides,
                                  .dilations = dilations,
                                  .padding = padding,
                                  .count_include_padding = count_padding,
                                  .layout = layout});
  }
};

/// Of all channels, or of each alone.
inline Output add_conv(GrowingGraph& g) {
  const Output x = any_images(g);
  const TensorSpec spec = g.spec(x);
  const AnyWindows windows(g.draws, spec.shape);
  const std::int64_t channels = windows.channels(spec.shape);
  const std::int64_t groups = g.draws.one_in(4) ? channels : 1;
  const std::int64_t out = groups == 1 ? g.draws.of<std::int64_t>({1, 2, 3}) : groups;
  const Output w = g.of({spec.dtype, windows.filter(channels / groups, out)});
  return conv(x, w, windows.conv(groups));
}

inline Output add_conv_transpose(GrowingGraph& g) {
  const Output x = any_images(g);
  const TensorSpec spec = g.spec(x);
  const AnyWindows windows(g.draws, spec.shape);
  const std::int64_t in = g.draws.of<std::int64_t>({1, 1, 2});
  const Output w = g.of({spec.dtype, windows.filter(in, windows.channels(spec.shape))});
  return conv_transpose(x, w, {.dilations = windows.dilations, .layout = windows.layout});
}

inline Output add_conv_filter_gradient(GrowingGraph& g) {
  const Output x = any_images(g);
  const TensorSpec spec = g.spec(x);
  const AnyWindows windows(g.draws, spec.shape);
  const Output w = g.of({spec.dtype, windows.filter(windows.channels(spec.shape), 2)});
  const Output y = conv(x, w, windows.conv(1));
  return conv_filter_gradient(x, g.of(g.spec(y)), w, windows.conv(1));
}

inline Output add_max_pool(GrowingGraph& g) {
  const Output x = any_images(g, is_numeric, g.draws.numeric());
  return AnyWindows(g.draws, g.shape(x)).max_pool(x);
}

inline Output add_average_pool(GrowingGraph& g) {
  const Output x = any_images(g);
  return AnyWindows(g.draws, g.shape(x)).average_pool(x, g.draws.one_in(2));
}

/// The gradient of a pool, and that with respect to what it scatters.
inline Output add_pool_gradients(GrowingGraph& g) {
  const Output x = stop_gradient(any_images(g));
  const AnyWindows windows(g.draws, g.shape(x));
  const Output y = g.draws.one_in(3) ? windows.average_pool(x, false) : windows.max_pool(x);
  const Output grad = g.source(g.spec(y));
  const Output scattered = gradients({y}, {x}, {.grad_ys = {grad}}).at(0);
  if (g.draws.one_in(2)) return scattered;
  return gradients({scattered}, {grad}, {.grad_ys = {g.of(g.spec(x))}}).at(0);
}

inline std::vector<GrowthRow> nn_growth() {
  return {
      {"average_pool", add_average_pool},
      {"average_pool_scatter", add_pool_gradients},
      {"conv", add_conv},
      {"conv_filter_gradient", add_conv_filter_gradient},
      {"conv_transpose", add_conv_transpose},
      {"max_pool", add_max_pool},
      {"max_pool_gather", add_pool_gradients},
      {"max_pool_scatter", add_pool_gradients},
  };
}

}  // namespace deft
