#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/convolutions.hpp"
#include "support/instruction_sets.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint32_t cases = sanitized ? 24 : 100;

/// Some pool: a convolution in which each channel is a group of its own.
ConvCase random_pool(std::size_t rank, std::uint32_t seed) {
  ConvCase c = random_convolution(rank, seed);
  c.groups = c.in = c.out = 1 + static_cast<std::int64_t>(seed % 19);
  for (ConvCase::Axis& axis : c.axes) {
    const std::int64_t most = (axis.window - 1) * axis.dilation;
    axis.padding.first = std::min(axis.padding.first, most);
    axis.padding.second = std::min(axis.padding.second, most);
    axis.input = std::max(axis.input, most + 1);
  }
  return c;
}

MaxPoolOptions max_options(const ConvCase& c) {
  const ConvOptions of = c.options();
  MaxPoolOptions made{.window = {},
                      .strides = of.strides,
                      .dilations = of.dilations,
                      .padding = of.padding,
                      .layout = of.layout};
  for (const ConvCase::Axis& axis : c.axes) made.window.push_back(axis.window);
  return made;
}

AveragePoolOptions average_options(const ConvCase& c, bool count_padding) {
  const MaxPoolOptions of = max_options(c);
  return {.window = of.window,
          .strides = of.strides,
          .dilations = of.dilations,
          .padding = of.padding,
          .count_include_padding = count_padding,
          .layout = of.layout};
}

/// Where in x the extreme of each window stands; nowhere is the number of elements of x.
template <class T>
std::vector<std::size_t> extremes(const ConvCase& c, std::span<const T> x) {
  std::vector<std::size_t> at(static_cast<std::size_t>(c.y().num_elements()), x.size());
  for_each_product(c, [&](std::size_t from, std::size_t, std::size_t to) {
    const std::size_t best = at[to];
    if (best == x.size() || x[from] > x[best] || (x[from] != x[from] && x[best] == x[best]))
      at[to] = from;
  });
  return at;
}

/// Values with many ties, and with NaN and infinities for floating dtypes.
template <class T>
Tensor tied(const Shape& shape, std::uint32_t seed) {
  Tensor x = sample<T>(shape, seed);
  for (T& value : x.template mutable_data<T>()) {
    value = static_cast<T>(static_cast<std::int64_t>(value * T{2}) % 4);
    if constexpr (std::is_floating_point_v<T>) {
      if (value == 1) value = -std::numeric_limits<T>::infinity();
      if (value == -3) value = seed % 2 == 0 ? std::numeric_limits<T>::quiet_NaN() : T{7};
    }
  }
  return x;
}

template <class T>
void check_max_pool(const ConvCase& c, std::uint32_t seed) {
  const Graph graph;
  const Tensor x_value = tied<T>(c.x(), seed);
  const Output x = constant(graph, x_value);
  const Output y = max_pool(x, max_options(c));
  const Tensor found = evaluate(y);
  REQUIRE(found.shape() == c.y());
  const std::vector<std::size_t> at = extremes<T>(c, x_value.data<T>());
  bool all_same = true;
  for (std::size_t i = 0; i < at.size(); ++i) {
    constexpr T none = std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity()
                                                   : std::numeric_limits<T>::lowest();
    const T expected = at[i] == x_value.data<T>().size() ? none : x_value.data<T>()[at[i]];
    all_same = all_same && same_value(found.data<T>()[i], expected);
  }
  CHECK(all_same);
  CHECK(same_for_all_splits(y, found));

  const auto [values, indices] = max_pool_with_argmax(x, max_options(c));
  CHECK(same_bytes(evaluate(values), found));
  std::vector<std::int64_t> numbers;
  for (const std::size_t i : at)
    numbers.push_back(i == x_value.data<T>().size() ? -1 : static_cast<std::int64_t>(i));
  const Tensor places = Tensor::from<std::int64_t>(c.y(), numbers);
  CHECK(evaluate(indices) == places);
  CHECK(same_for_all_splits(indices, places));

  if constexpr (std::is_floating_point_v<T>) {
    const Tensor g_value = sample<T>(c.y(), 3 * seed + 1);
    const Output g = constant(graph, g_value);
    const Output scattered = gradients({y}, {x}, {.grad_ys = {g}}).at(0);
    std::vector<T> sums(x_value.data<T>().size(), 0);
    for (std::size_t i = 0; i < at.size(); ++i)
      if (at[i] < sums.size()) sums[at[i]] += g_value.data<T>()[i];
    const Tensor dx = evaluate(scattered);
    CHECK(std::equal(sums.begin(), sums.end(), dx.data<T>().begin()));
    CHECK(same_for_all_splits(scattered, dx));

    const Tensor v_value = sample<T>(c.x(), 3 * seed + 2);
    const Output gathered =
        gradients({scattered}, {g}, {.grad_ys = {constant(graph, v_value)}}).at(0);
    const Tensor picked = evaluate(gathered);
    bool all_picked = true;
    for (std::size_t i = 0; i < at.size(); ++i)
      all_picked = all_picked &&
                   picked.data<T>()[i] == (at[i] < sums.size() ? v_value.data<T>()[at[i]] : T{0});
    CHECK(all_picked);
    CHECK(same_for_all_splits(gathered, picked));
  }
}

TEST_CASE("max pools and their gradients on every instruction set") {
  for (const std::int64_t target : InstructionSet::all()) {
    CAPTURE(target);
    const InstructionSet only(target);
    for (std::uint32_t seed = 1; seed <= cases; ++seed) {
      const ConvCase c = random_pool(1 + seed % 3, seed);
      CAPTURE(seed);
      CAPTURE(c.text());
      check_max_pool<float>(c, seed);
      check_max_pool<double>(c, seed);
      check_max_pool<std::int32_t>(c, seed);
      check_max_pool<std::int64_t>(c, seed);
    }
  }
}

TEST_CASE("max pools whose windows meet no element twice") {
  for (const std::int64_t target : InstructionSet::all()) {
    CAPTURE(target);
    const InstructionSet only(target);
    for (std::uint32_t seed = 1; seed <= cases; ++seed) {
      ConvCase c = random_pool(1 + seed % 3, seed);
      c.layout = ChannelLayout::channels_last;
      for (ConvCase::Axis& axis : c.axes) {
        axis.padding = {};
        axis.stride = (axis.window - 1) * axis.dilation + 1;
        axis.input = axis.stride * (1 + seed % 4);
        if (seed % 3 == 0) axis.stride += 1;  // elements between windows
        if (seed % 5 == 0) axis.input += 1;   // and behind them
      }
      CAPTURE(seed);
      CAPTURE(c.text());
      check_max_pool<float>(c, seed);
      check_max_pool<double>(c, seed);
    }
  }
}

template <class T>
void check_average_pool(const ConvCase& c, bool count_padding, std::uint32_t seed) {
  const Graph graph;
  const Tensor x_value = sample<T>(c.x(), seed);
  const Tensor g_value = sample<T>(c.y(), seed + 1);
  const Output x = constant(graph, x_value);
  const Output y = average_pool(x, average_options(c, count_padding));
  const Output scattered = gradients({y}, {x}, {.grad_ys = {constant(graph, g_value)}}).at(0);

  std::vector<double> sums(g_value.data<T>().size(), 0);
  std::vector<double> counts(sums.size(), 0);
  for_each_product(c, [&](std::size_t from, std::size_t, std::size_t to) {
    sums[to] += static_cast<double>(x_value.data<T>()[from]);
    counts[to] += 1;
  });
  double taps = 1;
  for (const ConvCase::Axis& axis : c.axes) taps *= static_cast<double>(axis.window);
  if (count_padding) counts.assign(counts.size(), taps);
  std::vector<double> shares(x_value.data<T>().size(), 0);
  for_each_product(c, [&](std::size_t to, std::size_t, std::size_t from) {
    shares[to] += static_cast<double>(g_value.data<T>()[from]) / counts[from];
  });

  const double tolerance = sizeof(T) == 4 ? 1e-5 : 1e-14;
  const auto near = [&](double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * (1 + std::abs(b));
  };
  const Tensor means = evaluate(y);
  const Tensor dx = evaluate(scattered);
  REQUIRE(means.shape() == c.y());
  REQUIRE(dx.shape() == c.x());
  bool all_near = true;
  for (std::size_t i = 0; i < sums.size(); ++i)
    all_near = all_near && near(static_cast<double>(means.data<T>()[i]), sums[i] / counts[i]);
  for (std::size_t i = 0; i < shares.size(); ++i)
    all_near = all_near && near(static_cast<double>(dx.data<T>()[i]), shares[i]);
  CHECK(all_near);
  CHECK(same_for_all_splits(y, means));
  CHECK(same_for_all_splits(scattered, dx));
}

TEST_CASE("average pools and their gradients") {
  for (std::uint32_t seed = 1; seed <= cases; ++seed)
    for (const std::size_t rank : {1U, 2U, 3U})
      for (const bool count_padding : {false, true}) {
        const ConvCase c = random_pool(rank, seed);
        CAPTURE(seed);
        CAPTURE(count_padding);
        CAPTURE(c.text());
        check_average_pool<float>(c, count_padding, seed);
        check_average_pool<double>(c, count_padding, seed);
      }
}

TEST_CASE("a pool of literals") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({1, 5, 1}, {3, 1, 2, 5, 4}));
  CHECK(evaluate(max_pool(x, {.window = {2}, .strides = {2}, .padding = {{0, 1}}})) ==
        Tensor::from<float>({1, 3, 1}, {3, 5, 4}));
  CHECK(evaluate(average_pool(x, {.window = {3}, .strides = {2}, .padding = {{1, 1}}})) ==
        Tensor::from<float>({1, 3, 1}, {2, 8.0F / 3, 4.5}));
  CHECK(evaluate(average_pool(
            x,
            {.window = {3}, .strides = {2}, .padding = {{1, 1}}, .count_include_padding = true})) ==
        Tensor::from<float>({1, 3, 1}, {4.0F / 3, 8.0F / 3, 3}));
}

TEST_CASE("the mean of many f32 loses nothing") {
  const Graph graph;
  Tensor values = Tensor::uninitialized(DType::f32, {1, 4097, 1});
  for (float& x : values.mutable_data<float>()) x = 1;
  values.mutable_data<float>()[0] = 0x1p26F;
  const Output mean = average_pool(constant(graph, values), {.window = {4097}});
  CHECK(evaluate(mean).data<float>()[0] == static_cast<float>((0x1p26 + 4096) / 4097));
}

TEST_CASE("a dilated window of nothing but padding has no maximum") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({1, 1, 1}, {5}));
  const Paddings::value_type both{2, 2};
  const Output most = max_pool(x, {.window = {2}, .dilations = {3}, .padding = {both}});
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  CHECK(evaluate(most) == Tensor::from<float>({1, 2, 1}, {lowest, lowest}));
  const Output mean = average_pool(x, {.window = {2}, .dilations = {3}, .padding = {{1, 2}}});
  CHECK(std::isnan(evaluate(mean).data<float>()[0]));
}

TEST_CASE("pools under unknown dimensions") {
  constexpr std::int64_t unknown = Shape::unknown;
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 9, unknown, 4});
  CHECK(max_pool(x, {.window = {2, 2}, .strides = {2, 2}}).shape() ==
        Shape({unknown, 4, unknown, 4}));
  CHECK(average_pool(x, {.window = {3, 4}, .layout = ChannelLayout::channels_first}).shape() ==
        Shape({unknown, 9, unknown, 1}));
}

}  // namespace
}  // namespace deft
