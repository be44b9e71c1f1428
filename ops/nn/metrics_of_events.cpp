#include <string>

#include <deft/core/error.hpp>
#include <deft/nn/metrics.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "metric_sums.hpp"

namespace deft {
namespace {

/// Labels of events as bool. Integers are looked up, so that others than 0 and 1 fail the run.
Output truth_of(const Output& labels) {
  if (labels.dtype() == DType::boolean) return labels;
  if (is_floating(labels.dtype()) || is_floating_at_rest(labels.dtype()))
    return greater(labels, 0.5);
  const Output values = constant(labels.graph(), Tensor{false, true});
  return gather(values, cast(labels, DType::i64), {.name = "labels"});
}

void require_events(const Composite& made, const Output& scores, const Output& labels) {
  require_floating_operand(made, scores, "scores");
  require_equal_shapes(made, scores, "scores", labels, "labels");
}

/// The share of `counted` among those that `among` says, both bool: [s].
Metric share_of(const Composite& made, const Output& counted, const Output& among,
                const Output& weights) {
  const Output of = made.inside([&] { return weighted(among, weights_like(weights, among)); });
  const NodeOptions node = made.result();
  return weighted_mean(counted, {.weights = of, .name = node.name, .where = node.where});
}

/// As bool, [s].
struct Events {
  Output predicted;
  Output truth;
};

Events events_of(const Composite& made, const Output& scores, const Output& labels,
                 double threshold) {
  require_events(made, scores, labels);
  return made.inside([&] { return Events{greater(scores, threshold), truth_of(labels)}; });
}

}  // namespace

Metric binary_accuracy(const Output& scores, const Output& labels,
                       const ThresholdOptions& options) {
  const Composite made(scores, "binary_accuracy", {options.name, options.where});
  const Events of = events_of(made, scores, labels, options.threshold);
  const Output is_right = made.inside([&] { return equal(of.predicted, of.truth); });
  const NodeOptions node = made.result();
  return weighted_mean(is_right,
                       {.weights = options.weights, .name = node.name, .where = node.where});
}

Metric precision(const Output& scores, const Output& labels, const ThresholdOptions& options) {
  const Composite made(scores, "precision", {options.name, options.where});
  const Events of = events_of(made, scores, labels, options.threshold);
  return share_of(made, of.truth, of.predicted, options.weights);
}

Metric recall(const Output& scores, const Output& labels, const ThresholdOptions& options) {
  const Composite made(scores, "recall", {options.name, options.where});
  const Events of = events_of(made, scores, labels, options.threshold);
  return share_of(made, of.predicted, of.truth, options.weights);
}

namespace {

/// In which of the intervals (t[i], t[i + 1]] between thresholds a score lies, 0 in the first; -1
/// or beyond the last for one outside [0, 1].
Output interval_of(const Output& scores, std::int64_t intervals) {
  const Output wide = cast(scores, DType::f64);
  const Output near = maximum(ceil(wide * intervals), 1) - 1;
  // The product is rounded; thresholds, as they are divided, decide.
  const auto count = static_cast<double>(intervals);
  const Output is_above = greater(wide, (near + 1) / count);
  const Output is_below = near > 0 && less_equal(wide, near / count);
  const Output at = near + cast(is_above, DType::f64) - cast(is_below, DType::f64);
  return where(greater_equal(wide, 0), cast(at, DType::i64), -1);
}

/// The events and the others in each interval. Every one of the others has the events above it
/// ahead, and half of those beside it.
Output area(const std::vector<Output>& sums) {
  const Output& events = sums[0];
  const Output& others = sums[1];
  const Output above = cumsum(events, 0, {.exclusive = true, .reverse = true});
  const Output pairs = reduce_sum(others * (above + 0.5 * events));
  return ratio_or_zero(pairs, reduce_sum(events) * reduce_sum(others));
}

}  // namespace

Metric auc(const Output& scores, const Output& labels, const AucOptions& options) {
  const Composite made(scores, "auc", {options.name, options.where});
  require_events(made, scores, labels);
  if (options.thresholds < 2)
    made.refuse(ErrorCode::invalid_argument,
                "there are " + std::to_string(options.thresholds) + " thresholds",
                "give at least 2");
  const std::int64_t intervals = options.thresholds - 1;
  const std::vector<Output> sums = made.inside([&]() -> std::vector<Output> {
    const Output at = interval_of(scores, intervals);
    const Output truth = truth_of(labels);
    const Output weights = weights_like(options.weights, scores);
    const Output none = zeros(made.graph(), DType::f64, {intervals});
    const auto histogram = [&](const Output& of, std::string_view name) {
      return scatter_add(none, at, weighted(of, weights), {.name = name});
    };
    return {histogram(truth, "scores_of_events"), histogram(!truth, "scores_of_others")};
  });
  return {sums, area, std::string(made.result().name), options.where};
}

}  // namespace deft
