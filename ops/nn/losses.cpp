#include <deft/nn/losses.hpp>

#include <string>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/activations.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>

namespace deft {
namespace {

/// Refuses an operand beside x that is neither a number nor of the shape of x: it would broadcast.
void require_same_shape(const Composite& made, const Output& x, const Operand& y) {
  const Output* const output = y.output();
  const Shape shape = output != nullptr       ? output->shape(made.result().where)
                      : y.tensor() != nullptr ? y.tensor()->shape()
                                              : Shape{};
  if (shape.rank() == 0 || shape.is_compatible_with(x.shape())) return;
  made.refuse(
      ErrorCode::shape_mismatch,
      "one operand has the shape " + x.shape().to_string() + ", the other " + shape.to_string(),
      "make both shapes equal; nothing is broadcast here");
}

/// The losses of examples, weighted and reduced. Where no example counts, their mean is 0. Weighted
/// sums are divided as f64, which they do not overflow.
Output reduced(const Composite& made, const Output& losses, const Output& weights,
               LossReduction reduction) {
  const NodeOptions node = made.result();
  const bool weighted = !weights.is_empty();
  const Output factors =
      weighted ? made.inside([&] { return broadcast_like(weights, losses); }) : Output{};
  const Output terms = weighted ? made.inside([&] { return losses * factors; }) : losses;
  if (reduction == LossReduction::none) return identity(terms, node);
  if (reduction == LossReduction::sum)
    return reduce_sum(terms, {.name = node.name, .where = node.where});
  if (!weighted) {
    const auto [is_none, mean] =
        made.inside([&] { return std::pair(equal(size(losses), 0), reduce_mean(losses)); });
    return where(is_none, 0, mean, node);
  }
  const Output mean = made.inside([&] {
    const Output count = reduce_sum(cast(factors, DType::f64));
    return reduce_sum(cast(terms, DType::f64)) / where(equal(count, 0.0), 1.0, count);
  });
  return cast(mean, losses.dtype(), node);
}

Output reduced(const Composite& made, const Output& losses, const LossOptions& options) {
  return reduced(made, losses, options.weights, options.reduction);
}

/// -log(softmax) of integer labels [...]; 0 and the weight 0 where they are ignored.
struct LabelLosses {
  Output losses;
  Output weights;
};

/// Where the label of each row of `logits` stands, bool [..., classes]. Labels out of range fail
/// the run.
Output places_of_labels(const Output& logits, const Output& labels) {
  const std::size_t rank = logits.shape().rank();
  const std::int64_t classes = logits.shape()[rank - 1];
  constexpr std::int64_t most_exact = std::int64_t{1} << 24;  // f32 has all integers up to here
  const bool is_exact = classes != Shape::unknown && classes <= most_exact;
  // Of the dtype of the logits, so that one fused group can go over all.
  const DType dtype = is_exact ? logits.dtype() : DType::f64;
  const Output positions = cast(range_like(logits, -1), dtype);
  return equal(positions, expand_dims(gather(positions, labels), -1));
}

/// With z, the logits less the largest of their row: log(sum(e^z)) less the z of the label. That
/// one is a sum over all classes where the others are left out, which a fused group takes along, as
/// it does its gradient.
LabelLosses losses_of_labels(const Output& logits, const Output& labels,
                             const SoftmaxLossOptions& options) {
  const DType dtype = labels.dtype();
  const DType wide = size_of(dtype) < 4 ? DType::i32 : DType::i64;
  const Output indices = is_integer_at_rest(dtype) ? cast(labels, wide) : labels;
  const Output counts = options.ignore ? not_equal(indices, Operand(*options.ignore)) : Output{};
  const Output safe = options.ignore ? where(counts, indices, 0) : indices;
  const Output x = options.ignore ? where(expand_dims(counts, -1), logits, 0) : logits;
  const ReduceOptions classes{.axes = {-1}};
  const Output z = x - stop_gradient(reduce_max(x, {.axes = {-1}, .keep_dims = true}));
  // What goes over all elements stands before both sums, so that it becomes one loop.
  const Output of_label = where(places_of_labels(x, safe), z, 0);
  const Output e = exp(z);
  const Output log_sum = log(reduce_sum(e, classes));
  const Output taken = reduce_sum(of_label, classes);
  const double smoothing = options.label_smoothing;
  const Output losses =
      smoothing == 0 ? log_sum - taken
                     : log_sum - (1 - smoothing) * taken - smoothing * reduce_mean(z, classes);
  if (!options.ignore) return {losses, options.weights};
  const Output kept = cast(counts, losses.dtype());
  return {where(counts, losses, 0), options.weights.is_empty() ? kept : kept * options.weights};
}

/// Refuses labels that are no integers, or have not the shape of the logarithms without the axis.
void require_labels(const Composite& made, const Output& log_q, const Output& labels,
                    std::int64_t axis) {
  const DType dtype = labels.dtype(made.result().where);
  const auto rank = static_cast<std::int64_t>(log_q.shape().rank());
  if (!is_integer(dtype) && !is_integer_at_rest(dtype))
    made.refuse(ErrorCode::dtype_mismatch,
                "the labels are " + to_string(labels.spec()) + ", but must be integers",
                "cast them");
  if (axis < -rank || axis >= rank)
    made.refuse(ErrorCode::invalid_argument,
                "axis " + std::to_string(axis) + " is outside the rank " + std::to_string(rank),
                "give the dimension of the classes");
  std::vector<std::int64_t> dims(log_q.shape().dims().begin(), log_q.shape().dims().end());
  dims.erase(dims.begin() + (axis < 0 ? axis + rank : axis));
  if (!Shape(dims).is_compatible_with(labels.shape()))
    made.refuse(ErrorCode::shape_mismatch,
                "the logarithms have the shape " + log_q.shape().to_string() + ", the labels " +
                    labels.shape().to_string(),
                "give labels of the shape " + Shape(dims).to_string());
}

void require_class_weights(const Composite& made, const Output& log_q, const Output& weights,
                           std::int64_t axis) {
  const std::size_t from_front = static_cast<std::size_t>(
      axis < 0 ? axis + static_cast<std::int64_t>(log_q.shape().rank()) : axis);
  const Shape wanted{log_q.shape()[from_front]};
  if (weights.dtype(made.result().where) == log_q.dtype() &&
      weights.shape().is_compatible_with(wanted))
    return;
  made.refuse(ErrorCode::shape_mismatch,
              "the class weights are " + to_string(weights.spec()) + ", the logarithms " +
                  to_string(log_q.spec()),
              "give a weight for each class, " + to_string(TensorSpec{log_q.dtype(), wanted}));
}

/// What is ignored is looked up as class 0, and then left out.
LabelLosses losses_of_logarithms(const Output& log_q, const Output& labels,
                                 const LikelihoodOptions& options) {
  const Output indices = cast(labels, DType::i64);
  const Output counts = options.ignore ? not_equal(indices, Operand(*options.ignore)) : Output{};
  const Output safe = options.ignore ? where(counts, indices, 0) : indices;
  const std::int64_t axis = options.axis;
  const Output taken = -squeeze(take_along_axis(log_q, expand_dims(safe, axis), axis), {axis});
  const bool of_classes = !options.class_weights.is_empty();
  Output weights = of_classes ? gather(options.class_weights, safe) : Output{};
  if (options.ignore)
    weights = of_classes ? where(counts, weights, 0) : cast(counts, log_q.dtype());
  if (!options.weights.is_empty())
    weights = weights.is_empty() ? options.weights : weights * options.weights;
  return {options.ignore ? where(counts, taken, 0) : taken, weights};
}

/// -sum(p log(softmax)) of probabilities [..., classes].
Output losses_of_probabilities(const Output& log_q, const Output& labels, double smoothing) {
  const Output classes = cast(size(log_q, {-1}), log_q.dtype());
  const Output p = smoothing == 0 ? labels : labels * (1 - smoothing) + smoothing / classes;
  return -reduce_sum(where(equal(p, 0), 0, p * log_q), {.axes = {-1}});
}

}  // namespace

Output softmax_cross_entropy(const Output& logits, const Output& labels,
                             const SoftmaxLossOptions& options) {
  const Composite made(logits, "softmax_cross_entropy", {options.name, options.where});
  const double smoothing = options.label_smoothing;
  if (!(smoothing >= 0 && smoothing < 1))
    made.refuse(ErrorCode::invalid_argument, "the label smoothing is " + std::to_string(smoothing),
                "give a share from 0 on, below 1");
  if (options.ignore && *options.ignore >= 0)
    made.refuse(ErrorCode::invalid_argument,
                "the ignored label is " + std::to_string(*options.ignore) + ", which is a class",
                "use a negative label");
  const bool are_probabilities = is_floating(labels.dtype(options.where));
  const std::size_t rank = labels.shape().rank() + (are_probabilities ? 0 : 1);
  if (logits.shape().rank() != rank)
    made.refuse(
        ErrorCode::shape_mismatch,
        "the logits are " + to_string(logits.spec()) + ", the labels " + to_string(labels.spec()),
        "give logits [..., classes], and integer labels [...] or probabilities [..., classes]");
  if (are_probabilities) {
    require_same_shape(made, logits, labels);
    const Output log_q = made.inside([&] { return log_softmax(logits); });
    const Output losses =
        made.inside([&] { return losses_of_probabilities(log_q, labels, smoothing); });
    return reduced(made, losses, options.weights, options.reduction);
  }
  const LabelLosses of = made.inside([&] { return losses_of_labels(logits, labels, options); });
  return reduced(made, of.losses, of.weights, options.reduction);
}

Output negative_log_likelihood(const Output& log_probabilities, const Output& labels,
                               const LikelihoodOptions& options) {
  const Composite made(log_probabilities, "negative_log_likelihood", {options.name, options.where});
  require_labels(made, log_probabilities, labels, options.axis);
  if (!options.class_weights.is_empty())
    require_class_weights(made, log_probabilities, options.class_weights, options.axis);
  const LabelLosses of =
      made.inside([&] { return losses_of_logarithms(log_probabilities, labels, options); });
  return reduced(made, of.losses, of.weights, options.reduction);
}

/// What has no share in a loss is left out, since it may be infinite.
Output sigmoid_cross_entropy(const Output& logits, const Output& labels,
                             const LossOptions& options) {
  const Composite made(logits, "sigmoid_cross_entropy", {options.name, options.where});
  require_same_shape(made, logits, labels);
  const Output losses = made.inside([&] {
    const Output of_event = where(equal(labels, 0), 0, labels * softplus(-logits));
    return of_event + where(equal(labels, 1), 0, (1 - labels) * softplus(logits));
  });
  return reduced(made, losses, options);
}

Output mean_squared_error(const Output& x, const Operand& y, const LossOptions& options) {
  const Composite made(x, "mean_squared_error", {options.name, options.where});
  require_same_shape(made, x, y);
  return reduced(made, made.inside([&] { return square(x - y); }), options);
}

Output mean_absolute_error(const Output& x, const Operand& y, const LossOptions& options) {
  const Composite made(x, "mean_absolute_error", {options.name, options.where});
  require_same_shape(made, x, y);
  return reduced(made, made.inside([&] { return abs(x - y); }), options);
}

Output huber_loss(const Output& x, const Operand& y, const HuberOptions& options) {
  const Composite made(x, "huber_loss", {options.name, options.where});
  require_same_shape(made, x, y);
  if (!(options.delta > 0))
    made.refuse(ErrorCode::invalid_argument, "delta is " + std::to_string(options.delta),
                "give a number above 0");
  const double delta = options.delta;
  const Output losses = made.inside([&] {
    const Output difference = x - y;
    const Output distance = abs(difference);
    return where(distance <= delta, 0.5 * square(difference), delta * (distance - 0.5 * delta));
  });
  return reduced(made, losses, options.weights, options.reduction);
}

Output hinge_loss(const Output& x, const Operand& y, const LossOptions& options) {
  const Composite made(x, "hinge_loss", {options.name, options.where});
  require_same_shape(made, x, y);
  return reduced(made, made.inside([&] { return relu(1 - y * x); }), options);
}

Output kl_divergence(const Output& log_q, const Operand& p, const LossOptions& options) {
  const Composite made(log_q, "kl_divergence", {options.name, options.where});
  require_same_shape(made, log_q, p);
  const Output losses = made.inside([&] {
    const Output of = p.resolve(made.graph(), log_q.dtype());
    const Output is_zero = equal(of, 0);
    const Output entropy = log(where(is_zero, 1, of));
    return reduce_sum(where(is_zero, 0, of * (entropy - log_q)), {.axes = {-1}});
  });
  return reduced(made, losses, options);
}

Output poisson_loss(const Output& x, const Operand& y, const LossOptions& options) {
  const Composite made(x, "poisson_loss", {options.name, options.where});
  require_same_shape(made, x, y);
  return reduced(made, made.inside([&] { return exp(x) - y * x; }), options);
}

}  // namespace deft
