// Networks' softmaxes, norms, sums over rows and updates give the same bytes as one group and
// operation by operation, on any number of threads.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/networks.hpp"
#include "support/plans/optimized.hpp"
#include "support/same_results.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint32_t graphs = sanitized ? 20 : 300;

/// Values of random shapes, which broadcast to one, and operations that are drawn on them.
class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint32_t seed) : random_(seed) {
    constexpr DType dtypes[] = {DType::f32, DType::f32, DType::f64, DType::i32, DType::i64};
    dtype_ = dtypes[below(5)];
    special_ = below(3) == 0;
    rows_ = {any_rows()};
    if (below(3) == 0) rows_.push_back(1 + below(5));
    width_ = below(12) == 0 ? 0 : any_width();
    values_ = {source(full()), source(full()), source(with_width(1))};
    for (std::int64_t i = 4 + below(12); i > 0; --i) add();
  }

  Graph graph;
  Feeds feeds;

  /// Some of the values, the last among them.
  std::vector<Output> fetches() {
    std::vector<Output> some{values_.back()};
    for (const Output& value : values_)
      if (below(3) == 0) some.push_back(value);
    return some;
  }

 private:
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(n));
  }

  std::int64_t any_rows() {
    constexpr std::int64_t rows[] = {1, 2, 3, 5, 17, 64, 130, 1000, 1500, 3000};
    return rows[below(10)];
  }
  std::int64_t any_width() {
    constexpr std::int64_t widths[] = {1, 2, 3, 7, 8, 10, 16, 33, 40, 65, 100, 1025, 2500};
    return widths[below(rows_[0] > 200 ? 9 : 13)];
  }

  Shape with_width(std::int64_t width) const {
    std::vector<std::int64_t> dims = rows_;
    dims.push_back(width);
    return Shape(dims);
  }
  Shape full() const { return with_width(width_); }

  /// A placeholder of unknown dimensions, or a variable.
  Output source(const Shape& shape) {
    const Tensor value =
        data(dtype_, shape, static_cast<std::uint32_t>(random_() % 1000), special_);
    if (below(3) != 0) return variable(graph, value);
    std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
    for (std::int64_t& dim : dims)
      if (below(2) == 0) dim = Shape::unknown;
    const Output x = placeholder(graph, dtype_, Shape(dims));
    all_feeds_.push_back({x, value});
    feeds = Feeds(all_feeds_);
    return x;
  }

  Output pick() {
    const auto size = static_cast<std::int64_t>(values_.size());
    return values_[static_cast<std::size_t>(std::max(below(size), below(size)))];
  }
  Output row() { return source({std::max<std::int64_t>(below(2) * width_, 1)}); }

  Output reduced() {
    const Output x = pick();
    std::vector<std::int64_t> axes;
    const auto rank = static_cast<std::int64_t>(rows_.size()) + 1;
    const std::int64_t cut = 1 + below(rank - 1);
    const bool last = below(3) != 0;
    for (std::int64_t i = last ? cut : 0; i < (last ? rank : cut); ++i) axes.push_back(i);
    const ReduceOptions options{.axes = axes, .keep_dims = true};
    if (width_ != 0 && below(3) == 0)
      return below(2) == 0 ? reduce_max(x, options) : reduce_min(x, options);
    return below(2) == 0 || is_integer(dtype_) ? reduce_sum(x, options) : reduce_mean(x, options);
  }

  Output made() {
    const Output x = pick();
    switch (below(is_integer(dtype_) ? 9 : 14)) {
      case 0:
        return x - pick();
      case 1:
        return x * row();
      case 2:
        return maximum(x, pick());
      case 3:
        return where(greater(x, pick()), x, row());
      case 4:
      case 5:
      case 6:
        return reduced();
      case 7:
        return broadcast_like(x, pick() + source(full()));
      case 8:
        return reshape_like(reshape(x, {-1}) * 2, x);
      case 9:
        return exp(x);
      case 10:
        return width_ == 0 ? x : networks::softmax(x);
      case 11:
        return width_ == 0
                   ? x
                   : expand_dims(networks::log_sum_exp(x), static_cast<std::int64_t>(rows_.size()));
      case 12:
        return networks::layer_norm(x, row(), row());
      default: {
        const Output y = pick();
        const Output loss = reduce_sum(x * y);
        const Output d = gradients(loss, {values_[0]}, {.unconnected = Unconnected::zeros}).at(0);
        return d;
      }
    }
  }

  /// All values have one rank, so that they broadcast to each other.
  void add() { values_.push_back(made()); }

  std::mt19937 random_;
  DType dtype_;
  bool special_;
  std::vector<std::int64_t> rows_;
  std::int64_t width_;
  std::vector<Output> values_;
  std::vector<Feed> all_feeds_;
};

std::vector<Tensor> run(const RandomNetwork& network, const std::vector<Output>& fetches,
                        const SessionOptions& options) {
  Session session(network.graph, options);
  session.run(global_variables_initializer(network.graph));
  return values_of(session, fetches, network.feeds);
}

TEST_CASE("random networks are the same bytes in groups and operation by operation") {
  for (std::uint32_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    RandomNetwork network(seed);
    const std::vector<Output> fetches = network.fetches();
    const std::vector<Tensor> expected =
        run(network, fetches, {.threads = 1, .optimizations = Optimizations::none()});
    for (const int threads : {1, 2, 3, 4, 8}) {
      CAPTURE(threads);
      SessionOptions options{.threads = threads};
      if (threads > 2) options.chaos_seed = seed;
      options.optimizations.generate_code = threads != 2;
      const std::vector<Tensor> found = run(network, fetches, options);
      for (std::size_t i = 0; i < fetches.size(); ++i) {
        const std::string what = difference(fetches[i].node(), found[i], expected[i]);
        if (!what.empty()) FAIL_CHECK(what);
      }
    }
  }
}

}  // namespace
}  // namespace deft
