#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/normalize.hpp>
#include <deft/ops/reduce.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

/// The dimensions from `first` on.
std::vector<std::int64_t> axes_from(std::size_t first, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = first; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

/// x [channels] beside a tensor [n, channels, ...] of that rank.
Output beside_channels(const Output& x, std::size_t rank) {
  std::vector<std::int64_t> dims(rank < 2 ? 1 : rank - 1, 1);
  dims[0] = Shape::unknown;
  return reshape(x, Shape(dims));
}

Output normalized(const Output& x, const Moments& statistics, double epsilon) {
  return div(sub(x, statistics.mean), sqrt(add(statistics.variance, epsilon)));
}

/// The dtype that holds all of these floating ones.
DType common(DType a, DType b) {
  return computing_dtype(a) == DType::f64 || computing_dtype(b) == DType::f64 ? DType::f64
                                                                              : DType::f32;
}

/// Whether the statistics are those of the batch. Before version 14 that follows from the outputs:
/// a node that evaluates has one.
bool is_training(const NodeContext& node) {
  if (node.version() >= 14) return node.flag("training_mode", false);
  for (std::size_t i = 1; i < node.num_outputs(); ++i)
    if (node.wants_output(i)) return !node.flag("is_test", false);
  return false;
}

/// Inputs x, scale, shift, mean, variance. A node that trains also gives the moving statistics and,
/// before version 14, those of the batch; variances are divided by the number of elements.
std::vector<Output> import_batch_normalization(const NodeContext& node) {
  const Output input = node.input(0);
  const std::size_t rank = input.shape().rank();
  const DType dtype = common(input.dtype(), node.input(3).dtype());
  const bool spatial = node.flag("spatial", true);
  const auto parameter = [&](std::size_t i) { return as_dtype(node.input(i), dtype); };
  const bool last = spatial && !is_training(node) && node.channels_last().has(input);
  const auto beside = [&](const Output& v) {
    return spatial && !last ? beside_channels(v, rank) : v;
  };
  const Output x = as_dtype(last ? node.channels_last().of(input) : input, dtype);

  Moments used{parameter(3), parameter(4)};
  std::vector<Output> outputs(1);
  if (is_training(node)) {
    std::vector<std::int64_t> axes = spatial ? axes_from(2, rank) : std::vector<std::int64_t>();
    axes.push_back(0);
    const Moments batch = moments(x, {.axes = axes});
    const double momentum = node.number("momentum", 0.9);
    const auto moved = [&](const Output& old, const Output& now, std::size_t like) {
      return as_dtype(add(mul(old, momentum), mul(now, 1 - momentum)), node.input(like).dtype());
    };
    outputs.push_back(moved(used.mean, batch.mean, 3));
    outputs.push_back(moved(used.variance, batch.variance, 4));
    outputs.push_back(as_dtype(batch.mean, node.input(3).dtype()));
    outputs.push_back(as_dtype(batch.variance, node.input(4).dtype()));
    used = batch;
  }
  const Output factor = div(parameter(1), sqrt(add(used.variance, node.number("epsilon", 1e-5))));
  const Output y = add(mul(sub(x, beside(used.mean)), beside(factor)), beside(parameter(2)));
  outputs[0] = as_dtype(y, input.dtype());
  if (last) outputs[0] = node.channels_last().first(outputs[0]);
  return outputs;
}

std::vector<Output> import_instance_normalization(const NodeContext& node) {
  return {widened(node.input(0), [&](const Output& x) {
    const std::size_t rank = x.shape().rank();
    const Moments own = moments(x, {.axes = axes_from(2, rank), .keep_dims = true});
    const auto parameter = [&](std::size_t i) {
      return beside_channels(as_dtype(node.input(i), x.dtype()), rank);
    };
    return add(mul(normalized(x, own, node.number("epsilon", 1e-5)), parameter(1)), parameter(2));
  })};
}

/// The dtype in which the node says that norms are computed; f64 stays.
DType stash_dtype(const NodeContext& node, DType x) {
  if (const std::int64_t type = node.integer("stash_type", 1); type != 1 && type != 11)
    node.refuse("its stash_type is " + std::to_string(type) +
                ", and deft computes norms in f32 (1) and f64 (11)");
  else if (type == 11)
    return DType::f64;
  return computing_dtype(x);
}

/// Of its three outputs mean and inverse deviation keep the dimensions that were reduced.
std::vector<Output> import_layer_normalization(const NodeContext& node) {
  const Output input = node.input(0);
  const std::size_t rank = input.shape().rank();
  const auto first = static_cast<std::size_t>(node.checked_axis(node.integer("axis", -1), rank));
  const Output x = as_dtype(input, stash_dtype(node, input.dtype()));
  const Moments own = moments(x, {.axes = axes_from(first, rank), .keep_dims = true});
  const Output deviation = sqrt(add(own.variance, node.number("epsilon", 1e-5)));
  const Output y = as_dtype(div(sub(x, own.mean), deviation), input.dtype());
  const Output scaled = widened(y, [&](const Output& v) {
    const Output product = mul(v, as_dtype(node.input(1), v.dtype()));
    return node.has_input(2) ? add(product, as_dtype(node.input(2), v.dtype())) : product;
  });
  const DType kept = node.integer("stash_type", 1) == 1 ? DType::f32 : DType::f64;
  return {scaled, node.wants_output(1) ? as_dtype(own.mean, kept) : Output(),
          node.wants_output(2) ? as_dtype(reciprocal(deviation), kept) : Output()};
}

/// Until version 21 scale and shift are of groups, from then on of channels.
std::vector<Output> import_group_normalization(const NodeContext& node) {
  const Output input = node.input(0);
  const Shape shape = input.shape();
  const std::int64_t groups = node.integer("num_groups");
  const std::int64_t channels = shape.rank() < 2 ? Shape::unknown : shape[1];
  if (channels == Shape::unknown || groups < 1 || channels % groups != 0)
    node.refuse("its input is " + to_string(input.spec()) + ", whose channels must be known and " +
                std::to_string(groups) + " groups");
  std::vector<std::int64_t> parts{shape[0], groups, channels / groups};
  parts.insert(parts.end(), shape.dims().begin() + 2, shape.dims().end());
  if (std::ranges::count(parts, Shape::unknown) > 1)
    node.refuse("its input is " + to_string(input.spec()) +
                ", of which at most one dimension may be unknown; bind the others by "
                "OnnxImportOptions: batch, dims or shapes");
  const Output x = reshape(as_dtype(input, stash_dtype(node, input.dtype())), Shape(parts));
  const Moments own = moments(x, {.axes = axes_from(2, parts.size()), .keep_dims = true});
  const bool of_channels = node.version() >= 21;
  const auto parameter = [&](std::size_t i, std::size_t rank) {
    return beside_channels(as_dtype(node.input(i), x.dtype()), rank);
  };
  const auto scaled = [&](const Output& v) {
    return add(mul(v, parameter(1, v.shape().rank())), parameter(2, v.shape().rank()));
  };
  const Output y = normalized(x, own, node.number("epsilon", 1e-5));
  const Output result =
      of_channels ? scaled(reshape_like(y, input)) : reshape_like(scaled(y), input);
  return {as_dtype(result, input.dtype())};
}

std::vector<Output> import_rms_normalization(const NodeContext& node) {
  const Output input = node.input(0);
  const std::size_t rank = input.shape().rank();
  const auto first = static_cast<std::size_t>(node.checked_axis(node.integer("axis", -1), rank));
  const Output x = as_dtype(input, stash_dtype(node, input.dtype()));
  const Output mean = reduce_mean(square(x), {.axes = axes_from(first, rank), .keep_dims = true});
  const Output y = as_dtype(div(x, sqrt(add(mean, node.number("epsilon", 1e-5)))), input.dtype());
  return {widened(y, [&](const Output& v) { return mul(v, as_dtype(node.input(1), v.dtype())); })};
}

std::vector<Output> import_lp_normalization(const NodeContext& node) {
  return {widened(node.input(0), [&](const Output& x) {
    return lp_normalize(
        x, {.p = static_cast<double>(node.integer("p", 2)), .axis = node.integer("axis", -1)});
  })};
}

std::vector<Output> import_local_response_normalization(const NodeContext& node) {
  return {widened(node.input(0), [&](const Output& x) {
    return local_response_normalization(x, node.integer("size"),
                                        {.alpha = node.number("alpha", 1e-4),
                                         .beta = node.number("beta", 0.75),
                                         .bias = node.number("bias", 1),
                                         .axis = 1});
  })};
}

std::vector<Output> import_mean_variance_normalization(const NodeContext& node) {
  const auto axes = node.integers("axes", std::vector<std::int64_t>{0, 2, 3});
  return {widened(node.input(0),
                  [&](const Output& x) { return mean_variance_normalize(x, {.axes = axes}); })};
}

constexpr std::array normalizations{
    OpImport{"BatchNormalization", import_batch_normalization},
    OpImport{"InstanceNormalization", import_instance_normalization},
    OpImport{"LayerNormalization", import_layer_normalization, 17},
    OpImport{"GroupNormalization", import_group_normalization, 18},
    OpImport{"RMSNormalization", import_rms_normalization, 23},
    OpImport{"LpNormalization", import_lp_normalization, 1},
    OpImport{"LRN", import_local_response_normalization, 1},
    OpImport{"MeanVarianceNormalization", import_mean_variance_normalization, 9},
};

}  // namespace

std::span<const OpImport> normalization_ops() { return normalizations; }

}  // namespace deft::onnx
