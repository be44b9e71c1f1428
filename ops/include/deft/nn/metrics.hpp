#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/shards.hpp>

namespace deft {

// How good a model is, over any number of batches. A metric is sums over the examples of a batch
// and what becomes of sums, so that batches of unequal size count as they should:
//
//     const Metric right = accuracy(logits, labels, {.weights = batch.weights});
//     const Accumulator total = accumulate(right);
//     session.run(total.reset);
//     session.run(total.update, {.steps = batches});
//     const double share = session.run(total.value).item<double>();
//
// Sums are f64 (a confusion matrix without weights i64), so that counts are exact beyond the 2^24
// of f32. An example of weight 0 does not count, whatever it is, NaN included; but its label and
// prediction must be in range too. A metric of no example is 0, as TensorFlow's.

/// Sums over the examples of a batch, and what they say.
struct Metric {
  using Result = std::function<Output(const std::vector<Output>& sums)>;

  std::vector<Output> sums = {};  // of this batch; those of several batches are to be added up
  Result result = {};             // the value of the metric, from such sums
  std::string name = {};
  SourceLocation where = {};

  /// The value of this batch alone, named `name`.
  Output value() const;
};

/// Optional arguments of metrics.
struct MetricOptions {
  Output weights = {};  // of the examples, numeric or bool; broadcasts to them. Default: 1
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The metric of a batch that is cut into shards, which a training with MinimizeOptions::shards
/// needs for the same bits with any number of processes: see on_one_shard.
Metric over_shards(const Metric& metric, const Shards& shards,
                   SourceLocation where = SourceLocation::current());

/// Sums of a metric over all updates since the last reset.
struct Accumulator {
  Output update;  // the operation that adds the sums of a batch
  Output reset;   // the operation that sets them to 0
  Output value;   // of the metric, of all that was added in steps before
};

/// Optional arguments of accumulate.
struct AccumulateOptions {
  std::string_view name = {};  // default: that of the metric
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Keeps the sums of a metric in variables "name/sum0", "name/sum1" and so on, which are 0 at first
/// and not trainable. Throws GraphError if the shape of a sum is not known.
Accumulator accumulate(const Metric& metric, const AccumulateOptions& options = {});

/// sum(weight value) / sum(weight) of values [s], numeric or bool: f64.
Metric weighted_mean(const Output& values, const MetricOptions& options = {});

/// The coefficient of determination of predictions x [n, columns...] of y, both floating and of one
/// shape: 1 - sum (x - y)^2 / sum (y - mean(y))^2, averaged over the columns; weights are [n]. A
/// column of y that does not vary has 1 if it is met exactly, else 0, as in scikit-learn. The
/// denominator comes from sums of y and y^2: it loses as many digits as the square of mean(y) has
/// more than the variance.
Metric r_squared(const Output& x, const Output& y, const MetricOptions& options = {});

// Of classes. Labels are integers [...] of any dtype, for logits [..., classes]; weights are
// [...]. A label out of range fails the run with its position, value and bound.

/// The share of examples of which the label has the largest logit; of equal ones the first, as
/// argmax has it. A row with a NaN is wrong.
Metric accuracy(const Output& logits, const Output& labels, const MetricOptions& options = {});

/// The share of examples of which fewer than k logits are ahead of the label's: larger ones, equal
/// ones before it, and NaN. A label whose own logit is NaN is wrong.
Metric top_k_accuracy(const Output& logits, const Output& labels, std::int64_t k,
                      const MetricOptions& options = {});

/// How many examples of each class (rows) were taken for which (columns): [classes, classes], i64,
/// or f64 if there are weights. Predictions are integers of the shape of the labels, such as
/// argmax(logits, -1).
Metric confusion_matrix(const Output& predictions, const Output& labels, std::int64_t classes,
                        const MetricOptions& options = {});

/// Of each class the share of those taken for it that are of it, and the share of those of it that
/// were taken for it: f64 [classes], from the confusion matrix; 0 where there are none.
Metric class_precision(const Output& predictions, const Output& labels, std::int64_t classes,
                       const MetricOptions& options = {});
Metric class_recall(const Output& predictions, const Output& labels, std::int64_t classes,
                    const MetricOptions& options = {});

// Of events. Scores [s] are floating, labels [s] bool, integers 0 and 1, or floating numbers, which
// are true above 0.5. An integer label out of range fails the run.

/// Optional arguments of metrics of events.
struct ThresholdOptions {
  double threshold = 0.5;  // an event is predicted where the score is above it
  Output weights = {};
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The share of examples that are predicted rightly.
Metric binary_accuracy(const Output& scores, const Output& labels,
                       const ThresholdOptions& options = {});

/// The share of predicted events that are ones, and the share of events that are predicted.
Metric precision(const Output& scores, const Output& labels, const ThresholdOptions& options = {});
Metric recall(const Output& scores, const Output& labels, const ThresholdOptions& options = {});

/// Optional arguments of auc.
struct AucOptions {
  std::int64_t thresholds = 200;  // from 0 to 1, evenly spaced; at least 2
  Output weights = {};
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The area under the curve of recall over the share of non-events that are predicted (the receiver
/// operating characteristic), by trapezoids between thresholds, as TensorFlow's. That is how likely
/// an event has a higher score than a non-event, where scores between neighbouring thresholds count
/// as equal, and equal ones as half (J. A. Hanley and B. J. McNeil, 1982). A score outside [0, 1],
/// or NaN, fails the run with its position: its interval between thresholds is none. 0 if there are
/// no events or no others.
Metric auc(const Output& scores, const Output& labels, const AucOptions& options = {});

}  // namespace deft
