#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>

#include "handlers/handlers.hpp"

// Each gives the losses of the rows of logits [n, classes], and what the gradient of the loss is
// with respect to the logits.
namespace deft::tensorflow {
namespace {

/// labels [n] of integers
std::vector<Output> sparse_cross_entropy(const NodeContext& context) {
  const Output& logits = context.input(0);
  const Output& labels = context.input(1);
  if (logits.shape().rank() != 2 || logits.shape()[1] == Shape::unknown)
    context.refuse("its logits are " + to_string(logits.spec()) + " and not [n, classes]");
  const Output chosen = context.inside([&] {
    const Output picked = take_along_axis(log_softmax(logits), expand_dims(labels, 1), 1);
    return squeeze(picked, {1});
  });
  const Output slope = context.inside([&] {
    const Output is_label = one_hot(labels, logits.shape()[1], {.dtype = logits.dtype()});
    return sub(softmax(logits), is_label, {.name = "backprop"});
  });
  return {neg(chosen, context.options()), slope};
}

/// labels [n, classes], or what broadcasts to it
std::vector<Output> dense_cross_entropy(const NodeContext& context) {
  const Output& logits = context.input(0);
  const Output& labels = context.input(1);
  if (logits.shape().rank() != 2)
    context.refuse("its logits are " + to_string(logits.spec()) + " and not [n, classes]");
  const Output sum =
      context.inside([&] { return reduce_sum(labels * log_softmax(logits), {.axes = {1}}); });
  const Output slope =
      context.inside([&] { return sub(softmax(logits), labels, {.name = "backprop"}); });
  return {neg(sum, context.options()), slope};
}

constexpr OpHandler handlers[] = {
    {"SoftmaxCrossEntropyWithLogits", dense_cross_entropy},
    {"SparseSoftmaxCrossEntropyWithLogits", sparse_cross_entropy},
};

}  // namespace

constinit const OpHandlers loss_handlers = handlers;

}  // namespace deft::tensorflow
