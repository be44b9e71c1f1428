#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/nn/metrics.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "metric_sums.hpp"

namespace deft {
namespace {

void require_integers(const Composite& made, const Output& x, std::string_view name) {
  const DType dtype = x.dtype(made.result().where);
  if (is_integer(dtype) || is_integer_at_rest(dtype)) return;
  made.refuse(
      ErrorCode::dtype_mismatch,
      "the " + std::string(name) + " are " + std::string(to_string(dtype)) + ", not integers",
      "give the numbers of classes");
}

void require_labels(const Composite& made, const Output& logits, const Output& labels) {
  require_floating_operand(made, logits, "logits");
  require_integers(made, labels, "labels");
  const Shape& shape = logits.shape();
  const std::size_t rank = labels.shape().rank();
  const bool fits =
      shape.rank() == rank + 1 &&
      Shape(shape.dims().first(rank)).is_compatible_with(labels.shape(made.result().where));
  if (!fits)
    made.refuse(
        ErrorCode::shape_mismatch,
        "the logits are " + to_string(logits.spec()) + ", the labels " + to_string(labels.spec()),
        "give logits [..., classes] and labels [...]");
}

/// How many logits [..., classes] are ahead of that of the label [...], itself among them if it is
/// NaN: i64 [...].
Output rank_of(const Output& logits, const Output& labels) {
  const Output index = expand_dims(cast(labels, DType::i64), -1);
  const Output own = take_along_axis(logits, index, -1, {.name = "labels"});
  const Output is_before = less(range_like(logits, -1), index);
  const Output is_behind_label = where(is_before, less(logits, own), less_equal(logits, own));
  return reduce_sum(cast(!is_behind_label, DType::i64), {.axes = {-1}});
}

/// The share of examples for which less than k logits are ahead of the label's.
Metric share_within(const Composite& made, const Output& logits, const Output& labels,
                    std::int64_t k, const MetricOptions& options) {
  require_labels(made, logits, labels);
  const Output is_right = made.inside([&] { return less(rank_of(logits, labels), k); });
  const NodeOptions node = made.result();
  return weighted_mean(is_right,
                       {.weights = options.weights, .name = node.name, .where = node.where});
}

}  // namespace

Metric accuracy(const Output& logits, const Output& labels, const MetricOptions& options) {
  const Composite made(logits, "accuracy", {options.name, options.where});
  return share_within(made, logits, labels, 1, options);
}

Metric top_k_accuracy(const Output& logits, const Output& labels, std::int64_t k,
                      const MetricOptions& options) {
  const Composite made(logits, "top_k_accuracy", {options.name, options.where});
  if (k < 1)
    made.refuse(ErrorCode::invalid_argument, "k is " + std::to_string(k),
                "give how many classes may be named, 1 at least");
  return share_within(made, logits, labels, k, options);
}

namespace {

/// The number of classes, rows, columns.
Metric confusion(const Composite& made, const Output& predictions, const Output& labels,
                 std::int64_t classes, const MetricOptions& options, Metric::Result result) {
  require_integers(made, predictions, "predictions");
  require_integers(made, labels, "labels");
  require_equal_shapes(made, predictions, "predictions", labels, "labels");
  if (classes < 1)
    made.refuse(ErrorCode::invalid_argument, "there are " + std::to_string(classes) + " classes",
                "give at least 1");
  const Output matrix = made.inside([&] {
    const Output cells =
        stack({cast(labels, DType::i64), cast(predictions, DType::i64)}, -1, {.name = "cells"});
    const Output weights = weights_like(options.weights, labels);
    const Output counts = weights.is_empty() ? cast(ones_like(labels), DType::i64) : weights;
    return scatter_nd(cells, counts, {classes, classes}, {.name = "matrix"});
  });
  return {{matrix}, std::move(result), std::string(made.result().name), options.where};
}

/// What stands on the diagonal, as a share of the sums over an axis.
Metric::Result diagonal_share(std::int64_t axis) {
  return [axis](const std::vector<Output>& sums) {
    const Output matrix = cast(sums[0], DType::f64);
    return ratio_or_zero(diag_part(matrix), reduce_sum(matrix, {.axes = {axis}}));
  };
}

}  // namespace

Metric confusion_matrix(const Output& predictions, const Output& labels, std::int64_t classes,
                        const MetricOptions& options) {
  const Composite made(predictions, "confusion_matrix", {options.name, options.where});
  return confusion(made, predictions, labels, classes, options,
                   [](const std::vector<Output>& sums) { return sums[0]; });
}

Metric class_precision(const Output& predictions, const Output& labels, std::int64_t classes,
                       const MetricOptions& options) {
  const Composite made(predictions, "class_precision", {options.name, options.where});
  return confusion(made, predictions, labels, classes, options, diagonal_share(0));
}

Metric class_recall(const Output& predictions, const Output& labels, std::int64_t classes,
                    const MetricOptions& options) {
  const Composite made(predictions, "class_recall", {options.name, options.where});
  return confusion(made, predictions, labels, classes, options, diagonal_share(1));
}

}  // namespace deft
