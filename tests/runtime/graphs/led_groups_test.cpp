// What follows a leader block by block, or feeds it, gives the same bytes as operation by
// operation, on any number of threads.

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/networks.hpp"
#include "support/plans/optimized.hpp"
#include "support/same_results.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint32_t graphs = sanitized ? 8 : 80;

/// Layers of any sizes, whose products meet other work before and behind them.
class RandomLayers {
 public:
  explicit RandomLayers(std::uint32_t seed) : random_(seed) {
    dtype_ = below(3) == 0 ? DType::f64 : DType::f32;
    special_ = below(4) == 0;
    constexpr std::int64_t rows[] = {1, 63, 128, 515, 600, 1024, 1500};
    constexpr std::int64_t widths[] = {17, 33, 64, 130, 257};
    const auto any_width = [&] { return widths[below(5)]; };
    rows_ = rows[below(7)];
    std::int64_t width = any_width();
    values.push_back(source({rows_, width}));
    for (std::int64_t i = 1 + below(3); i > 0; --i) {
      const std::int64_t next = any_width();
      add_layer(width, next);
      width = next;
    }
  }

  Graph graph;
  std::vector<Output> values;

  std::vector<Output> fetches() {
    std::vector<Output> some{values.back()};
    for (const Output& value : values)
      if (below(3) == 0) some.push_back(value);
    return some;
  }

 private:
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(n));
  }

  Output source(const Shape& shape) {
    return variable(graph,
                    data(dtype_, shape, static_cast<std::uint32_t>(random_() % 1000), special_));
  }

  void add_layer(std::int64_t width, std::int64_t next) {
    const bool transposes = below(4) == 0;
    const Output w = source(transposes ? Shape{next, width} : Shape{width, next});
    const Output operand = below(2) == 0 ? values.back() : before(values.back(), width);
    const Output product = matmul(operand, w, {.transpose_b = transposes});
    values.push_back(product);
    for (std::int64_t i = 1 + below(3); i > 0; --i)
      values.push_back(behind(values.back(), product, next));
    if (below(3) == 0) values.insert(values.end() - 1, reduce_sum(values.back() * 0));
  }

  /// What the product alone reads, but for some.
  Output before(const Output& x, std::int64_t width) {
    Output y = x * source({width});
    for (std::int64_t i = below(3); i > 0; --i) y = behind(y, x, width);
    if (below(4) == 0) values.push_back(y);
    return y;
  }

  Output behind(const Output& x, const Output& product, std::int64_t width) {
    switch (below(8)) {
      case 0:
        return x + source({width});
      case 1:
        return maximum(x, 0);
      case 2:
        return tanh(x) * product;
      case 3:
        return x - reduce_max(x, {.axes = {1}, .keep_dims = true});
      case 4:
        return x / reduce_sum(abs(product), {.axes = {1}, .keep_dims = true});
      case 5:
        return x * source({rows_, 1});
      case 6:
        return reshape(reshape(x, {rows_ * width}) * 2, {rows_, width});
      default:
        return x + reduce_mean(product, {.axes = {0}});
    }
  }

  std::mt19937 random_;
  DType dtype_ = DType::f32;
  bool special_ = false;
  std::int64_t rows_ = 1;
};

std::vector<Tensor> values_of(const Graph& graph, const std::vector<Output>& fetches,
                              const SessionOptions& options) {
  Session session(graph, options);
  session.run(global_variables_initializer(graph));
  std::vector<Tensor> found;
  for (const Tensor& value : session.run(fetches)) found.push_back(with_one_nan(value));
  return found;
}

void check_like_single_operations(const Graph& graph, const std::vector<Output>& fetches) {
  const std::vector<Tensor> expected =
      values_of(graph, fetches, {.threads = 1, .optimizations = Optimizations::none()});
  Optimizations portable;
  portable.generate_code = false;
  for (const int threads : {1, 2, 3, 4, 8})
    for (const Optimizations& optimizations : {Optimizations{}, portable}) {
      const std::vector<Tensor> found =
          values_of(graph, fetches, {.threads = threads, .optimizations = optimizations});
      for (std::size_t i = 0; i < found.size(); ++i) CHECK(bitwise_equal(found[i], expected[i]));
    }
}

TEST_CASE("random layers have the bits of single operations") {
  for (std::uint32_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    RandomLayers layers(seed);
    check_like_single_operations(layers.graph, layers.fetches());
  }
}

/// In how many blocks a fused operation makes `fetch` that begins with an operation `leader`; 0:
/// none does.
std::int64_t blocks_led_by(std::string_view leader, const Graph& graph, const Output& fetch) {
  const Explanation explanation = Session(graph, {.threads = 1}).explain({fetch});
  for (const Explanation::Operation& operation : explanation.operations)
    if (!operation.parts.empty() && operation.parts.front().op == leader) return operation.blocks;
  return 0;
}

TEST_CASE("a convolution and a pool lead and are fed, by blocks of images") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const ChannelLayout layout :
         {ChannelLayout::channels_last, ChannelLayout::channels_first}) {
      const bool channels_first = layout == ChannelLayout::channels_first;
      CAPTURE(channels_first);
      constexpr std::int64_t images = 37;  // the last block has fewer
      const Graph graph;
      const auto source = [&](const Shape& shape, std::uint32_t seed) {
        return variable(graph, data(dtype, shape, seed, false));
      };
      const Output x =
          source(channels_first ? Shape{images, 8, 12, 12} : Shape{images, 12, 12, 8}, 1);
      const Output filter = source(channels_first ? Shape{32, 8, 3, 3} : Shape{3, 3, 8, 32}, 2);
      const Output bias = source(channels_first ? Shape{32, 1, 1} : Shape{32}, 3);
      const auto convolved = [&](const Output& input) {
        return conv(input, filter, {.layout = layout});
      };
      const Output y = maximum(convolved(x) + bias, 0);
      const Output pooled = max_pool(y, {.window = {2, 2}, .strides = {2, 2}, .layout = layout});
      CHECK(blocks_led_by("conv", graph, y) > 1);
      CHECK(blocks_led_by("max_pool", graph, tanh(pooled) * 2) > 1);
      const std::vector<Output> gradient = gradients(reduce_sum(square(pooled)), {x, filter, bias});
      check_like_single_operations(
          graph, {y, tanh(pooled) * 2, convolved(tanh(x) + 1), reduce_sum(convolved(x) * 0),
                  gradient[0], gradient[1], gradient[2]});
    }
}

/// Two large products, [1024, 64].
struct TwoProducts {
  Graph graph;
  Output x = variable(graph, data(DType::f32, {1024, 40}, 1, false));
  Output first = matmul(x, variable(graph, data(DType::f32, {40, 64}, 2, false)));
  Output second = matmul(x, variable(graph, data(DType::f32, {40, 64}, 3, false)));
};

TEST_CASE("groups behind two products do not wait for each other in a circle") {
  TwoProducts t;
  std::vector<Output> fetches;
  for (int i = 0; i < (sanitized ? 20 : 300); ++i) {
    const double factor = 1 + i * 0.25;
    fetches.push_back(i % 2 == 0 ? t.first * factor - t.second : t.second * factor - t.first);
  }
  check_like_single_operations(t.graph, fetches);
}

TEST_CASE("nor where one of them is cut into other rows") {
  TwoProducts t;
  const Shape other{8192, 8};
  const Output cut = reshape(t.second, other) - reshape(t.first, other);
  const Output narrow = matmul(cut, variable(t.graph, data(DType::f32, {8, 1}, 4, false)));
  check_like_single_operations(t.graph, {t.first + t.second, cut, narrow});
}

TEST_CASE("nor where they wait by control") {
  TwoProducts t;
  std::vector<Output> fetches;
  for (const bool swapped : {false, true}) {
    const ControlDependencies after(t.graph, {swapped ? t.first : t.second});
    fetches.push_back(exp(swapped ? t.second : t.first));
  }
  check_like_single_operations(t.graph, fetches);
}

TEST_CASE("a product that takes its operand in columns does not follow by rows") {
  const Graph graph;
  const Output wide = matmul(variable(graph, data(DType::f32, {512, 64}, 1, false)),
                             variable(graph, data(DType::f32, {64, 512}, 2, false)));
  const Output u = variable(graph, data(DType::f32, {2, 512}, 3, false));
  check_like_single_operations(
      graph, {matmul(wide, u, {.transpose_a = true, .transpose_b = true}), exp(wide)});
}

TEST_CASE("a matrix times itself, its rows renamed, and both kept") {
  const Graph graph;
  const Output x = variable(graph, data(DType::f32, {600, 600}, 1, false));
  const Output square_of = matmul(x, x);
  const Output flat = reshape(square_of, {360'000});
  const Output kept = variable(zeros(graph, DType::f32, {600, 600}));
  check_like_single_operations(
      graph, {flat, maximum(square_of, 0) * x, assign(kept, square_of), flat * 2});
}

}  // namespace
}  // namespace deft
