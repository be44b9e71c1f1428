#include <deft/nn/metrics.hpp>

#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/state.hpp>

#include "metric_sums.hpp"

namespace deft {
namespace {

/// The value of a metric from `sums`.
Output value_of(const Metric& metric, const Composite& made, const std::vector<Output>& sums,
                const NodeOptions& node) {
  return identity(made.inside([&] { return metric.result(sums); }), node);
}

void require_metric(const Metric& metric, std::string_view op, SourceLocation where) {
  if (!metric.sums.empty() && metric.result) return;
  throw GraphError(
      {.code = ErrorCode::invalid_argument,
       .message = metric.result ? "the metric has no sums" : "the metric has no result",
       .cure = "take what a function of metrics returns, or give both",
       .op = std::string(op),
       .node = metric.name,
       .where = where});
}

}  // namespace

Output Metric::value() const {
  require_metric(*this, "metric", where);
  const Composite made(sums.front(), "metric", {.name = name, .where = where});
  return value_of(*this, made, sums, made.result());
}

Metric over_shards(const Metric& metric, const Shards& shards, SourceLocation where) {
  Metric cut = metric;
  cut.sums = sum_over_shards(on_one_shard(metric.sums, shards, where), shards, where);
  return cut;
}

Accumulator accumulate(const Metric& metric, const AccumulateOptions& options) {
  require_metric(metric, "accumulate", options.where);
  const std::string_view name = options.name.empty() ? std::string_view(metric.name) : options.name;
  const Composite made(metric.sums.front(), "accumulate", {.name = name, .where = options.where});
  return made.inside([&] {
    std::vector<Output> totals;
    std::vector<Output> updates;
    std::vector<Output> resets;
    for (std::vector<Output>* list : {&totals, &updates, &resets})
      list->reserve(metric.sums.size());
    for (const Output& sum : metric.sums) {
      if (!sum.shape().is_fully_defined())
        made.refuse(ErrorCode::shape_mismatch,
                    "a sum has the shape " + sum.shape().to_string() + ", of which no variable is",
                    "make the dimensions known that are not summed over");
      const Output none = zeros(made.graph(), sum.dtype(), sum.shape());
      const std::string variable_name = "sum" + std::to_string(totals.size());
      totals.push_back(variable(none, {.trainable = false, .name = variable_name}));
      updates.push_back(assign_add(totals.back(), sum));
      resets.push_back(assign(totals.back(), none));
    }
    return Accumulator{group(updates, {.name = "update"}), group(resets, {.name = "reset"}),
                       value_of(metric, made, totals, {.name = "value"})};
  });
}

Metric weighted_mean(const Output& values, const MetricOptions& options) {
  const Composite made(values, "weighted_mean", {options.name, options.where});
  const std::vector<Output> sums = made.inside([&]() -> std::vector<Output> {
    const Output weights = weights_like(options.weights, values);
    return {reduce_sum(weighted(values, weights)), total_weight(values, weights)};
  });
  const auto result = [](const std::vector<Output>& of) { return ratio_or_zero(of[0], of[1]); };
  return {sums, result, std::string(made.result().name), options.where};
}

namespace {

/// Weights [n] as f64 of the shape of y [n, columns...].
Output weights_of_rows(const Composite& made, const Output& weights, const Output& y) {
  if (weights.is_empty()) return {};
  if (weights.shape().rank() > 1)
    made.refuse(ErrorCode::shape_mismatch,
                "the weights have the shape " + weights.shape().to_string() + ", y " +
                    y.shape().to_string(),
                "give one weight for each row, or one number");
  Output column = weights;
  for (std::size_t i = 1; i < y.shape().rank() && weights.shape().rank() == 1; ++i)
    column = expand_dims(column, -1);
  return weights_like(column, y);
}

/// Sums of weights, of y, of y^2 and of (x - y)^2, each [columns...].
Output r_squared_of(const std::vector<Output>& sums) {
  const Output& weight = sums[0];
  const Output total = maximum(sums[2] - ratio_or_zero(square(sums[1]), weight), 0);
  const Output& residual = sums[3];
  const Output is_met = cast(equal(residual, 0), DType::f64);
  const Output is_constant = equal(total, 0);
  const Output of_column = where(is_constant, is_met, 1 - residual / where(is_constant, 1, total));
  return reduce_mean(where(equal(weight, 0), 0, of_column));
}

}  // namespace

Metric r_squared(const Output& x, const Output& y, const MetricOptions& options) {
  const Composite made(x, "r_squared", {options.name, options.where});
  require_floating_operand(made, x, "predictions");
  require_equal_shapes(made, x, "predictions", y, "targets");
  if (x.shape().rank() == 0)
    made.refuse(ErrorCode::shape_mismatch, "the predictions are " + to_string(x.spec()),
                "give them a dimension of examples: [n, columns...]");
  const std::vector<Output> sums = made.inside([&]() -> std::vector<Output> {
    const Output wide = cast(y, DType::f64);
    const Output weights = weights_of_rows(made, options.weights, wide);
    const auto sum = [&](const Output& of) {
      return reduce_sum(weighted(of, weights), {.axes = {0}});
    };
    return {sum(ones_like(wide)), sum(wide), sum(square(wide)),
            sum(square(cast(x, DType::f64) - wide))};
  });
  return {sums, r_squared_of, std::string(made.result().name), options.where};
}

}  // namespace deft
