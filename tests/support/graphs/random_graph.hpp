#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "support/graphs/training_models.hpp"
#include "support/samples.hpp"

namespace deft {

/// A graph of many kinds of operations, made at random from a seed. Every value can be broadcast to
/// one shape of rank 3, the full one, and stays finite for any number of steps; every step gives
/// all variables other values. They are written once or twice in a step, and read before and after.
class RandomGraph {
 public:
  RandomGraph(std::uint32_t seed, const Shape& full, int operations)
      : state_(seed * 2654435761U + 12345U), full_(full) {
    add_sources(seed);
    for (int i = 0; i < operations; ++i) {
      const DType floating = below(3) == 0 ? DType::f64 : DType::f32;
      add(operation(floating));
      if (below(4) == 0) add_control_edge();
    }
    for (const Output& x : written_) write(x);
    write_weights();
    model_.step = group(writes_);
    model_.initialize = global_variables_initializer(model_.graph);
  }

  const TrainingModel& model() const { return model_; }

 private:
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<std::uint32_t>((std::uint64_t{state_} * bound) >> 32U);
  }

  void add(const Output& value) { values_[value.dtype()].push_back(value); }

  /// A value made so far, rather a late one.
  Output any(DType dtype) {
    const auto& values = values_.at(dtype);
    const auto size = static_cast<std::uint32_t>(values.size());
    return values[std::max(below(size), below(size))];
  }

  void add_variable(const Tensor& start) {
    model_.variables.push_back(variable(model_.graph, start));
    written_.push_back(model_.variables.back());
    add(model_.variables.back());
  }

  void add_sources(std::uint32_t seed) {
    const std::int64_t b = full_[1];
    const std::int64_t c = full_[2];
    add_variable(sample<float>(full_, seed + 1));
    add_variable(sample<float>({b, 1}, seed + 2));
    add_variable(sample<double>({1, c}, seed + 3));
    add_variable(sample<double>({}, seed + 4));
    add_variable(sample<std::int32_t>({b, c}, seed + 5));
    add_variable(sample<std::int64_t>({c}, seed + 6));
    add_clock();
    add(constant(model_.graph, sample<float>({c}, seed + 7)));
    add(constant(model_.graph, sample<double>(full_, seed + 8)));
    weights_ = variable(model_.graph, sample<float>({c, c}, seed + 9), {.name = "weights"});
  }

  /// The fractional parts of multiples of the golden ratio: they keep the steps apart.
  void add_clock() {
    const Output count = variable(model_.graph, Tensor::scalar<std::int64_t>(1));
    writes_.push_back(assign_add(count, ones_like(count)));
    const Output phase = 0.6180339887498949 * cast(count, DType::f64);
    phase_ = phase - cast(cast(phase, DType::i64), DType::f64);
    model_.variables.push_back(count);
  }

  static bool is_floating(const Output& x) {
    return x.dtype() == DType::f32 || x.dtype() == DType::f64;
  }

  static Output bounded(const Output& x) { return x / (1 + abs(x)); }

  /// `x` under the full shape.
  Output full(const Output& x) const { return broadcast_to(x, full_); }

  /// The mean of the rows of `x` under the full shape.
  Output row(const Output& x) const {
    return reduce_mean(full(x), {.axes = {1}, .keep_dims = true});
  }

  Output operation(DType floating) {
    switch (below(8)) {
      case 0:
      case 1:
        return binary(any(floating), floating);
      case 2:
        return unary(any(floating));
      case 3:
        return reduction(any(floating));
      case 4:
        return product(any(floating), floating);
      case 5:
        return moved(any(floating));
      case 6:
        return sum_of_many(floating);
      default:
        return integer(any(floating));
    }
  }

  Output binary(const Output& x, DType dtype) {
    const Output y = any(dtype);
    switch (below(8)) {
      case 0:
        return 0.5 * (x + y);
      case 1:
        return x - y;
      case 2:
        return bounded(x * y);
      case 3:
        return x / (1 + abs(y));
      case 4:
        return maximum(x, y);
      case 5:
        return minimum(x, y);
      case 6:
        return where(less(x, y), x, 0.5 * y);
      default:
        return where(greater_equal(abs(x), y), y, cast(phase_, dtype));
    }
  }

  Output unary(const Output& x) {
    switch (below(7)) {
      case 0:
        return exp(-abs(x));
      case 1:
        return log(1 + abs(x));
      case 2:
        return sqrt(1 + abs(x));
      case 3:
        return x * rsqrt(1 + square(x));
      case 4:
        return sign(x) - bounded(x);
      case 5:
        return cast(x, x.dtype() == DType::f32 ? DType::f64 : DType::f32);
      default:
        return stop_gradient(-x) + cast(phase_, x.dtype());
    }
  }

  Output reduction(const Output& x) {
    const Axes axes = below(3) == 0 ? Axes{} : Axes{static_cast<std::int64_t>(below(3))};
    switch (below(4)) {
      case 0:
        return bounded(reduce_sum(full(x), {.axes = axes, .keep_dims = true}));
      case 1:
        return reduce_mean(full(x), {.axes = axes, .keep_dims = true});
      case 2:
        return reduce_max(full(x), {.axes = axes, .keep_dims = true});
      default:
        return reduce_min(full(x), {.axes = axes, .keep_dims = true});
    }
  }

  Output product(const Output& x, DType dtype) {
    const Output y = any(dtype);
    switch (below(4)) {
      case 0:
        return bounded(matmul(full(x), cast(weights_, dtype)));
      case 1:
        return bounded(matmul(full(x), cast(weights_, dtype), {.transpose_b = true}));
      case 2:
        return bounded(matmul(full(x), row(y), {.transpose_b = true}));
      default:
        return bounded(
            matmul(bounded(full(x)), bounded(matmul(full(y), full(x), {.transpose_a = true}))));
    }
  }

  /// The elements of `x` in another order or under another shape, and back.
  Output moved(const Output& x) {
    const Output whole = full(x);
    switch (below(3)) {
      case 0:
        return transpose(bounded(transpose(whole)));
      case 1:
        return transpose(exp(-square(transpose(whole, {2, 0, 1}))), {1, 2, 0});
      default:
        return reshape(bounded(reshape(whole, {Shape::unknown})), full_);
    }
  }

  Output sum_of_many(DType dtype) {
    std::vector<Output> terms;
    for (std::uint32_t count = 2 + below(4); count > 0; --count) terms.push_back(full(any(dtype)));
    return bounded(add_n(terms));
  }

  /// `x` by way of integers, which wrap.
  Output integer(const Output& x) {
    const DType dtype = below(2) == 0 ? DType::i32 : DType::i64;
    const Output i = cast(1000 * x, dtype) * 40503 + any(dtype);
    const Output j = any(dtype);
    add(i - j);
    add(i / maximum(abs(j), 1));
    return bounded(1e-6 * cast(minimum(i, j) + reduce_max(j), x.dtype()));
  }

  void add_control_edge() {
    const Output before = any(DType::f64);
    const Output after = any(DType::f32);
    if (before.node_id() < after.node_id()) model_.graph.add_control_dependency(before, after);
  }

  /// `x` under a shape that can be broadcast to the full one.
  Output fitted(const Output& x, const Shape& shape) const {
    std::vector<std::int64_t> over;
    const std::size_t missing = full_.rank() - shape.rank();
    for (std::size_t i = 0; i < full_.rank(); ++i)
      if (i < missing || shape[i - missing] == 1) over.push_back(static_cast<std::int64_t>(i));
    if (over.empty()) return reshape(full(x), shape);
    const ReduceOptions options{.axes = Axes(over), .keep_dims = true};
    const Output y = is_floating(x) ? reduce_mean(full(x), options) : reduce_sum(full(x), options);
    return reshape(y, shape);
  }

  /// Gives a variable a new value, and sometimes, after that, another; what reads it then is used
  /// by the writes that follow.
  void write(const Output& x) {
    const Output to = fitted(any(x.dtype()), x.shape());
    const Output tick = cast(is_floating(x) ? phase_ : 1e6 * phase_, x.dtype());
    const Output value = (is_floating(x) ? 0.5 * x : x * 3) + to + tick;
    const Output latest = assign(x, is_floating(x) ? bounded(value) : value);
    writes_.push_back(latest);
    const ControlDependencies order(model_.graph, {latest});
    if (below(2) == 0) writes_.push_back(assign_sub(x, fitted(any(x.dtype()), x.shape())));
    if (below(2) == 0) add(is_floating(x) ? bounded(x) : -x);
  }

  /// By a gradient that flows through as much of the graph as `any` finds.
  void write_weights() {
    const Output loss = reduce_mean(square(matmul(full(any(DType::f32)), weights_)));
    const std::vector<Output> slopes = gradients(loss, {weights_, written_[0]});
    writes_.push_back(assign_sub(weights_, bounded(slopes[0])));
    const ControlDependencies order(model_.graph, {writes_.front()});
    for (const Output& slope : slopes) add(bounded(slope));
    model_.variables.push_back(weights_);
  }

  std::uint32_t state_;
  Shape full_;
  std::map<DType, std::vector<Output>> values_;
  Output weights_;
  Output phase_;                 // in [0, 1), f64
  std::vector<Output> written_;  // by `write`
  std::vector<Output> writes_;
  TrainingModel model_;
};

}  // namespace deft
