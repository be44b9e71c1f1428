#pragma once

#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/gradients.hpp>

#include "runtime/graphs/gradient_table/row.hpp"
#include "support/convolutions.hpp"

namespace deft {

/// Small convolutions that show strides with a rest, dilations, groups, padding and both layouts.
inline std::vector<ConvCase> differentiated_convolutions() {
  using Padding = Paddings::value_type;
  constexpr auto first = ChannelLayout::channels_first;
  return {
      {2, 2, 3, {{3, 2}}},
      {1, 2, 2, {{4, 2, 2, 1, Padding{1, 0}}}},
      {1, 1, 2, {{3, 2}, {3, 2, 1, 1, Padding{0, 1}}}},
      {2, 2, 2, {{4, 2, 3}, {3, 2, 1, 2}}, 2},
      {1, 2, 1, {{3, 3, 2, 1, Padding{1, 1}}, {2, 1}}, 1, first},
      {1, 4, 2, {{2, 2}, {3, 2}}, 2, first},
      {1, 1, 1, {{2, 2}, {2, 1}, {3, 2, 2, 1, Padding{1, 0}}}},
      {0, 2, 2, {{3, 2}}},
      {1, 0, 2, {{3, 2}}},
  };
}

/// The operation on two tensors of the shapes that `operands` tells, and the rest.
inline GradientRow convolution_row(std::string_view op,
                                   std::pair<Shape, Shape> (*operands)(const ConvCase& c),
                                   Output (*build)(const ConvCase& c, const Output& a,
                                                   const Output& b)) {
  GradientRow row{op, {}};
  for (const ConvCase& c : differentiated_convolutions()) {
    const auto [a, b] = operands(c);
    row.cases.push_back(
        {c.text(),
         {spread(a, -1, 1, 1), spread(b, -1, 1, 2)},
         [c, build](const std::vector<Output>& xs) { return build(c, xs[0], xs[1]); }});
  }
  return row;
}

inline GradientRow conv_row() {
  return convolution_row(
      "conv", [](const ConvCase& c) { return std::pair(c.x(), c.w()); },
      [](const ConvCase& c, const Output& x, const Output& w) { return conv(x, w, c.options()); });
}

inline GradientRow conv_transpose_row() {
  return convolution_row(
      "conv_transpose", [](const ConvCase& c) { return std::pair(c.y(), c.w()); },
      [](const ConvCase& c, const Output& y, const Output& w) {
        return conv_transpose(y, w, c.transpose_options());
      });
}

inline GradientRow conv_filter_gradient_row() {
  return convolution_row(
      "conv_filter_gradient", [](const ConvCase& c) { return std::pair(c.x(), c.y()); },
      [](const ConvCase& c, const Output& x, const Output& y) {
        return conv_filter_gradient(x, y, ones(x.graph(), x.dtype(), c.w()), c.options());
      });
}

/// A pool, windows of which overlap or leave elements out, by its options and the shape of x.
struct PoolCase {
  Shape x;
  MaxPoolOptions max;

  AveragePoolOptions average(bool count_padding) const {
    return {.window = max.window,
            .strides = max.strides,
            .dilations = max.dilations,
            .padding = max.padding,
            .count_include_padding = count_padding,
            .layout = max.layout};
  }
};

inline std::vector<PoolCase> differentiated_pools() {
  constexpr auto first = ChannelLayout::channels_first;
  return {
      {{2, 5, 2}, {.window = {2}}},
      {{1, 4, 4, 3}, {.window = {2, 2}, .strides = {2, 2}}},
      {{2, 4, 3, 1}, {.window = {3, 2}, .strides = {2, 1}, .padding = {{1, 1}, {0, 1}}}},
      {{1, 2, 5, 4}, {.window = {2, 2}, .strides = {1, 2}, .dilations = {3, 1}, .layout = first}},
      {{1, 2, 3, 2, 2}, {.window = {2, 2, 1}, .strides = {1, 1, 2}}},
      {{0, 3, 2}, {.window = {2}}},
  };
}

inline Tensor pooled(const PoolCase& c, int seed) {
  const Graph graph;
  const Output y = max_pool(placeholder(graph, DType::f64, c.x), c.max);
  return spread(y.shape(), -1, 1, seed);
}

/// The gradient of y with respect to x where that of y is g.
inline Output pulled_back(const Output& y, const Output& x, const Output& g) {
  return gradients({y}, {x}, {.grad_ys = {g}}).at(0);
}

inline GradientRow max_pool_row() {
  GradientRow row{"max_pool", {}};
  for (const PoolCase& c : differentiated_pools())
    row.cases.push_back({c.x.to_string(), {spread(c.x, -1, 1)}, [c](const std::vector<Output>& xs) {
                           return max_pool(xs[0], c.max);
                         }});
  return row;
}

inline GradientRow max_pool_scatter_row() {
  GradientRow row{"max_pool_scatter", {}};
  for (const PoolCase& c : differentiated_pools())
    row.cases.push_back(
        {c.x.to_string(), {spread(c.x, -1, 1), pooled(c, 1)}, [c](const std::vector<Output>& xs) {
           return pulled_back(max_pool(xs[0], c.max), xs[0], xs[1]);
         }});
  return row;
}

/// The gradient of max_pool_scatter, which is linear in what it scatters.
inline GradientRow max_pool_gather_row() {
  GradientRow row{"max_pool_gather", {}};
  for (const PoolCase& c : differentiated_pools())
    row.cases.push_back({c.x.to_string(),
                         {spread(c.x, -1, 1), spread(c.x, -1, 1, 1)},
                         [c](const std::vector<Output>& xs) {
                           const Output y = max_pool(xs[0], c.max);
                           const Output g = ones_like(y);
                           return pulled_back(pulled_back(y, xs[0], g), g, xs[1]);
                         }});
  return row;
}

inline GradientRow average_pool_row() {
  GradientRow row{"average_pool", {}};
  for (const bool count_padding : {false, true})
    for (const PoolCase& c : differentiated_pools())
      row.cases.push_back({c.x.to_string(),
                           {spread(c.x, -1, 1)},
                           [c, count_padding](const std::vector<Output>& xs) {
                             return average_pool(xs[0], c.average(count_padding));
                           }});
  return row;
}

inline GradientRow average_pool_scatter_row() {
  GradientRow row{"average_pool_scatter", {}};
  for (const bool count_padding : {false, true})
    for (const PoolCase& c : differentiated_pools())
      row.cases.push_back(
          {c.x.to_string(), {pooled(c, 1)}, [c, count_padding](const std::vector<Output>& xs) {
             const Output x = ones(xs[0].graph(), DType::f64, c.x);
             const Output y = average_pool(x, c.average(count_padding));
             return pulled_back(y, x, xs[0]);
           }});
  return row;
}

inline std::vector<GradientRow> nn_rows() {
  return {conv_row(),         conv_transpose_row(),      conv_filter_gradient_row(),
          max_pool_row(),     max_pool_scatter_row(),    max_pool_gather_row(),
          average_pool_row(), average_pool_scatter_row()};
}

}  // namespace deft
