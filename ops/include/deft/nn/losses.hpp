#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/ops/operand.hpp>

namespace deft {

/// What becomes of the losses of single examples: their weighted mean, sum(weight loss) /
/// sum(weight); their weighted sum; or they themselves, times their weights.
enum class LossReduction : std::uint8_t { mean, sum, none };

/// Optional arguments of losses.
struct LossOptions {
  Output weights = {};  // of the examples; broadcasts to their losses. Default: 1
  LossReduction reduction = LossReduction::mean;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Optional arguments of softmax_cross_entropy.
struct SoftmaxLossOptions {
  double label_smoothing = 0;  // share of the label that all classes get alike
  std::optional<std::int64_t> ignore =
      {};  // an integer label, negative, whose examples do not count
  Output weights = {};
  LossReduction reduction = LossReduction::mean;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The cross-entropy of classes given logits [..., classes]: -log(softmax(logits)) of the label,
/// without overflow. Labels are integers [...] of any dtype, of which one out of range fails the
/// run with its position, value and bound; or probabilities [..., classes] of the dtype of the
/// logits. A mean over no example, or of ignored ones only, is 0, and so is its gradient.
Output softmax_cross_entropy(const Output& logits, const Output& labels,
                             const SoftmaxLossOptions& options = {});

/// Optional arguments of negative_log_likelihood.
struct LikelihoodOptions {
  Output class_weights = {};  // [classes], by which the weight of an example is multiplied
  std::optional<std::int64_t> ignore =
      {};                  // a label, a class or any other integer, whose examples do not count
  std::int64_t axis = -1;  // of the classes
  Output weights = {};     // of the examples; broadcasts to the labels
  LossReduction reduction = LossReduction::mean;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// -log(probability) of the label: `log_probabilities` [..., classes, ...] hold the logarithms
/// along an axis, as log_softmax makes them, and the labels, integers of any dtype, have the shape
/// without that axis. A label out of range that is not ignored fails the run, as in
/// softmax_cross_entropy, and a mean over weights of 0 is 0, as is its gradient. The mean is
/// divided by the sum of the weights, those of classes included.
Output negative_log_likelihood(const Output& log_probabilities, const Output& labels,
                               const LikelihoodOptions& options = {});

/// The cross-entropy of independent events given logits [s], and how probable they are, labels [s]
/// of the same dtype in [0, 1]: -z log(sigmoid(x)) - (1 - z) log(1 - sigmoid(x)), with its limits
/// where logits are infinite.
Output sigmoid_cross_entropy(const Output& logits, const Output& labels,
                             const LossOptions& options = {});

/// (x - y)^2 and |x - y|, of which the derivative is 0 where both are equal.
Output mean_squared_error(const Output& x, const Operand& y, const LossOptions& options = {});
Output mean_absolute_error(const Output& x, const Operand& y, const LossOptions& options = {});

/// Optional arguments of huber_loss.
struct HuberOptions {
  double delta = 1;
  Output weights = {};
  LossReduction reduction = LossReduction::mean;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// d^2 / 2 of d = x - y up to |d| = delta, delta (|d| - delta / 2) beyond (P. J. Huber, "Robust
/// estimation of a location parameter", 1964).
Output huber_loss(const Output& x, const Operand& y, const HuberOptions& options = {});

/// max(0, 1 - y x), with labels y of -1 and 1; the derivative is 0 where the loss is.
Output hinge_loss(const Output& x, const Operand& y, const LossOptions& options = {});

/// The divergence of probabilities q, given by their logarithms [..., classes], from p [...,
/// classes]: sum over classes of p (log(p) - log(q)), 0 where p is (S. Kullback and R. A. Leibler,
/// 1951).
Output kl_divergence(const Output& log_q, const Operand& p, const LossOptions& options = {});

/// e^x - y x: what -log of the probability of a count y under a Poisson distribution of mean e^x
/// has of x.
Output poisson_loss(const Output& x, const Operand& y, const LossOptions& options = {});

}  // namespace deft
