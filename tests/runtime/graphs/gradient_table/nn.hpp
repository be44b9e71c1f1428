#pragma once

#include <utility>
#include <vector>

#include <deft/ops/convolution.hpp>

#include "runtime/graphs/gradient_table/row.hpp"
#include "support/convolutions.hpp"

namespace deft {

/// Small convolutions that show strides with a rest, dilations, groups, padding and both layouts.
inline std::vector<ConvCase> differentiated_convolutions() {
  using Padding = SpatialPadding;
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

inline std::vector<GradientRow> nn_rows() {
  return {conv_row(), conv_transpose_row(), conv_filter_gradient_row()};
}

}  // namespace deft
