#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>

#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {

/// A convolution, spatial dimension by spatial dimension.
struct ConvCase {
  struct Axis {
    std::int64_t input, window;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    Paddings::value_type padding = {};

    /// Elements behind the first window.
    std::int64_t slack() const {
      return input + padding.first + padding.second - (window - 1) * dilation - 1;
    }
    std::int64_t output() const { return slack() / stride + 1; }
    /// Elements that no window meets, because the stride does not reach that far.
    std::int64_t rest() const { return slack() % stride; }
  };

  std::int64_t batch, in, out;
  std::vector<Axis> axes;
  std::int64_t groups = 1;
  ChannelLayout layout = ChannelLayout::channels_last;

  bool channels_first() const { return layout == ChannelLayout::channels_first; }

  Shape x() const { return images(in, &Axis::input); }
  Shape y() const {
    std::vector<std::int64_t> sizes;
    for (const Axis& axis : axes) sizes.push_back(axis.output());
    return images(out, sizes);
  }
  Shape w() const {
    std::vector<std::int64_t> dims;
    for (const Axis& axis : axes) dims.push_back(axis.window);
    const std::vector<std::int64_t> channels = {in / groups, out};
    if (channels_first())
      dims.insert(dims.begin(), channels.rbegin(), channels.rend());
    else
      dims.insert(dims.end(), channels.begin(), channels.end());
    return Shape(dims);
  }

  ConvOptions options() const {
    ConvOptions made{.groups = groups, .layout = layout};
    for (const Axis& axis : axes) {
      made.strides.push_back(axis.stride);
      made.dilations.push_back(axis.dilation);
      made.padding.push_back(axis.padding);
    }
    return made;
  }

  ConvTransposeOptions transpose_options() const {
    const ConvOptions of_conv = options();
    ConvTransposeOptions made{.strides = of_conv.strides,
                              .dilations = of_conv.dilations,
                              .groups = groups,
                              .padding = of_conv.padding,
                              .layout = layout};
    for (const Axis& axis : axes) made.output_padding.push_back(axis.rest());
    return made;
  }

  std::string text() const {
    std::string all = x().to_string() + " * " + w().to_string() + " = " + y().to_string() + " in " +
                      std::to_string(groups) + " groups";
    for (const Axis& axis : axes)
      all += ", stride " + std::to_string(axis.stride) + " dilation " +
             std::to_string(axis.dilation) + " padding " + std::to_string(axis.padding.first) +
             " " + std::to_string(axis.padding.second);
    return all;
  }

 private:
  Shape images(std::int64_t channels, std::int64_t Axis::*size) const {
    std::vector<std::int64_t> sizes;
    for (const Axis& axis : axes) sizes.push_back(axis.*size);
    return images(channels, sizes);
  }
  Shape images(std::int64_t channels, std::vector<std::int64_t> dims) const {
    dims.insert(channels_first() ? dims.begin() : dims.end(), channels);
    dims.insert(dims.begin(), batch);
    return Shape(dims);
  }
};

/// Calls f(x, w, y) with the indices of the factors of every product of a convolution.
template <class F>
void for_each_product(const ConvCase& c, const F& f) {
  ConvCase::Axis three[3] = {{1, 1}, {1, 1}, {1, 1}};
  for (std::size_t i = 0; i < c.axes.size(); ++i) three[3 - c.axes.size() + i] = c.axes[i];
  const auto& [d, h, w] = three;
  const std::int64_t x_plane = d.input * h.input * w.input;
  const std::int64_t y_plane = d.output() * h.output() * w.output();
  const std::int64_t taps = d.window * h.window * w.window;
  const std::int64_t of_group = c.in / c.groups;
  const auto index = [&](std::int64_t n, std::int64_t at, std::int64_t channel, std::int64_t plane,
                         std::int64_t channels) {
    return static_cast<std::size_t>(c.channels_first() ? (n * channels + channel) * plane + at
                                                       : (n * plane + at) * channels + channel);
  };
  for (std::int64_t at = 0; at < y_plane; ++at)
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const auto element = [](const ConvCase::Axis& axis, std::int64_t o, std::int64_t t) {
        return o * axis.stride + t * axis.dilation - axis.padding.first;
      };
      const std::int64_t z = element(d, at / w.output() / h.output(), tap / w.window / h.window);
      const std::int64_t y = element(h, at / w.output() % h.output(), tap / w.window % h.window);
      const std::int64_t x = element(w, at % w.output(), tap % w.window);
      if (z < 0 || z >= d.input || y < 0 || y >= h.input || x < 0 || x >= w.input) continue;
      const std::int64_t from = (z * h.input + y) * w.input + x;
      for (std::int64_t n = 0; n < c.batch; ++n)
        for (std::int64_t o = 0; o < c.out; ++o)
          for (std::int64_t i = 0; i < of_group; ++i) {
            const std::int64_t channel = o / (c.out / c.groups) * of_group + i;
            const std::int64_t filter = c.channels_first() ? (o * of_group + i) * taps + tap
                                                           : (tap * of_group + i) * c.out + o;
            f(index(n, from, channel, x_plane, c.in), static_cast<std::size_t>(filter),
              index(n, at, o, y_plane, c.out));
          }
    }
}

/// Which of the three an operation computes.
enum class Wanted { y, x, w };

/// What is wrong with `found`, the one of x, w and y that was computed of the other two: an element
/// may be off by the roundings of its sum.
inline std::string convolution_fault(const ConvCase& c, Wanted wanted, const Tensor& found,
                                     const Tensor& x, const Tensor& w, const Tensor& y) {
  const Shape shape = wanted == Wanted::y ? c.y() : wanted == Wanted::x ? c.x() : c.w();
  if (found.shape() != shape)
    return "the shape is " + found.shape().to_string() + ", not " + shape.to_string();
  const std::vector<double> values = found.to<double>();
  std::vector<double> sums(values.size(), 0);
  std::vector<double> magnitudes(values.size(), 0);
  std::vector<double> counts(values.size(), 0);
  const std::vector<double> xs = x.to<double>();
  const std::vector<double> ws = w.to<double>();
  const std::vector<double> ys = y.to<double>();
  for_each_product(c, [&](std::size_t at_x, std::size_t at_w, std::size_t at_y) {
    const std::size_t to = wanted == Wanted::y ? at_y : wanted == Wanted::x ? at_x : at_w;
    const double product = (wanted == Wanted::x ? 1 : xs[at_x]) *
                           (wanted == Wanted::w ? 1 : ws[at_w]) *
                           (wanted == Wanted::y ? 1 : ys[at_y]);
    sums[to] += product;
    magnitudes[to] += std::abs(product);
    counts[to] += 1;
  });
  const double rounding = found.dtype() == DType::f32 ? 0x1p-24 : 0x1p-52;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(std::abs(values[i] - sums[i]) <= rounding * (counts[i] + 1) * magnitudes[i]))
      return "element " + std::to_string(i) + " is " + std::to_string(values[i]) + ", not " +
             std::to_string(sums[i]);
  return {};
}

/// A convolution and its two gradients, of constants.
struct ConvGraph {
  Graph graph;
  Output x, w, y;  // what goes in; y as the gradient of conv's result
  Output conv_y, gradient_x, gradient_w;

  ConvGraph(const ConvCase& c, const Tensor& x_value, const Tensor& w_value, const Tensor& y_value)
      : x(constant(graph, x_value)), w(constant(graph, w_value)), y(constant(graph, y_value)) {
    conv_y = conv(x, w, c.options());
    gradient_x = conv_transpose(y, w, c.transpose_options());
    gradient_w = conv_filter_gradient(x, y, w, c.options());
  }
};

/// What is wrong with conv and its gradients for values of type T, under any cut into blocks.
template <class T>
std::string convolution_faults(const ConvCase& c, std::uint32_t seed) {
  const Tensor x = sample<T>(c.x(), 3 * seed + 1);
  const Tensor w = sample<T>(c.w(), 3 * seed + 2);
  const Tensor y = sample<T>(c.y(), 3 * seed + 4);
  const ConvGraph made(c, x, w, y);
  std::string faults;
  const auto check = [&](Wanted wanted, const Output& output, const char* name) {
    const Tensor found = evaluate(output);
    const std::string fault = convolution_fault(c, wanted, found, x, w, y);
    if (!fault.empty()) faults += std::string(name) + ": " + fault + "; ";
    if (!same_for_all_splits(output, found)) faults += std::string(name) + " depends on blocks; ";
  };
  check(Wanted::y, made.conv_y, "conv");
  check(Wanted::x, made.gradient_x, "conv_transpose");
  check(Wanted::w, made.gradient_w, "conv_filter_gradient");
  return faults;
}

/// Some convolution of `rank` spatial dimensions with small numbers.
inline ConvCase random_convolution(std::size_t rank, std::uint32_t seed) {
  std::mt19937 engine(seed);
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(engine() % static_cast<std::uint32_t>(most - least + 1));
  };
  ConvCase c{.batch = draw(1, 5), .in = 1, .out = 1, .axes = {}};
  c.groups = draw(0, 2) == 0 ? draw(2, 4) : 1;
  c.in = c.groups * draw(1, 6);
  c.out = c.groups * draw(1, 9);
  if (draw(0, 5) == 0) c.in = c.groups = c.out = 8 * draw(1, 2);
  c.layout = draw(0, 1) == 0 ? ChannelLayout::channels_last : ChannelLayout::channels_first;
  for (std::size_t i = 0; i < rank; ++i) {
    ConvCase::Axis axis{.input = draw(1, rank == 3 ? 6 : 11), .window = draw(1, 4)};
    axis.stride = draw(0, 1) == 0 ? 1 : draw(1, 4);
    axis.dilation = draw(0, 2) == 0 ? draw(2, 3) : 1;
    axis.padding = {draw(0, 3), draw(0, 3)};
    const std::int64_t missing = (axis.window - 1) * axis.dilation + 1 - axis.input -
                                 axis.padding.first - axis.padding.second;
    if (missing > 0) axis.padding.second += missing;
    c.axes.push_back(axis);
  }
  return c;
}

}  // namespace deft
