#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <deft/nn/losses.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/softmax.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

using Builder = Output (*)(const Output&, const SoftmaxOptions&);

/// The product of some dimensions, or Shape::unknown.
std::int64_t product(std::span<const std::int64_t> dims) {
  std::int64_t all = 1;
  for (const std::int64_t size : dims) {
    if (size == Shape::unknown) return size;
    all *= size;
  }
  return all;
}

/// Before version 13 all dimensions from `axis` on are one.
Output of_flattened(const NodeContext& node, const Output& x, Builder build) {
  const std::size_t rank = x.shape().rank();
  const std::int64_t axis = node.integer("axis", 1);
  const auto first = static_cast<std::size_t>(
      axis == static_cast<std::int64_t>(rank) ? axis : node.checked_axis(axis, rank));
  if (first + 1 == rank) return build(x, {});
  const std::span<const std::int64_t> dims = x.shape().dims();
  const std::int64_t rows = product(dims.first(first));
  const std::int64_t columns = product(dims.subspan(first));
  if (rows == Shape::unknown && columns == Shape::unknown)
    node.refuse("its input is " + to_string(x.spec()) +
                ", of which the dimensions before or behind its axis must be known; bind them by "
                "OnnxImportOptions: batch, dims or shapes");
  return reshape_like(build(reshape(x, {rows, columns}), {}), x);
}

template <Builder build>
std::vector<Output> import_softmax(const NodeContext& node) {
  return {widened(node.input(0), [&](const Output& x) {
    return node.version() < 13 ? of_flattened(node, x, build)
                               : build(x, {.axis = node.integer("axis", -1)});
  })};
}

/// The loss of log-probabilities [n, classes, ...], with the labels and weights of the node.
Output likelihood_loss(const NodeContext& node, const Output& log_probabilities) {
  const std::string reduction = node.text("reduction", "mean");
  if (reduction != "mean" && reduction != "sum" && reduction != "none")
    node.refuse("its reduction \"" + reduction + "\" is none that ONNX knows");
  LikelihoodOptions options{.axis = 1,
                            .reduction = reduction == "mean"  ? LossReduction::mean
                                         : reduction == "sum" ? LossReduction::sum
                                                              : LossReduction::none};
  if (node.has_input(2)) options.class_weights = as_dtype(node.input(2), log_probabilities.dtype());
  if (node.has("ignore_index")) options.ignore = node.integer("ignore_index");
  return negative_log_likelihood(log_probabilities, node.input(1), options);
}

std::vector<Output> import_negative_log_likelihood(const NodeContext& node) {
  return {widened(node.input(0), [&](const Output& x) { return likelihood_loss(node, x); })};
}

std::vector<Output> import_softmax_cross_entropy(const NodeContext& node) {
  const Output scores = node.input(0);
  const Output log_probabilities =
      log_softmax(as_dtype(scores, computing_dtype(scores.dtype())), {.axis = 1});
  return {as_dtype(likelihood_loss(node, log_probabilities), scores.dtype()),
          as_dtype(log_probabilities, scores.dtype())};
}

constexpr std::array softmaxes{
    OpImport{"Softmax", import_softmax<softmax>},
    OpImport{"LogSoftmax", import_softmax<log_softmax>},
    OpImport{"Hardmax", import_softmax<hardmax>},
    OpImport{"NegativeLogLikelihoodLoss", import_negative_log_likelihood, 12},
    OpImport{"SoftmaxCrossEntropyLoss", import_softmax_cross_entropy, 12},
};

}  // namespace

std::span<const OpImport> softmax_ops() { return softmaxes; }

}  // namespace deft::onnx
