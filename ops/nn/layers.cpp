#include <deft/nn/layers.hpp>

#include <string>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "parameter.hpp"

namespace deft {

Dense::Dense(const Random& random, std::int64_t inputs, std::int64_t units,
             const DenseOptions& options)
    : weight(parameter(random, {"dense", options.name, options.where}, "weight", options.dtype,
                       {inputs, units}, options.weight_initializer)) {
  if (options.use_bias)
    bias = parameter(random, {"dense", options.name, options.where}, "bias", options.dtype, {units},
                     options.bias_initializer);
}

Output Dense::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "dense", options);
  const NodeOptions last = made.result();
  if (bias.is_empty()) return matmul(x, weight, {.name = last.name, .where = last.where});
  return add(made.inside([&] { return matmul(x, weight); }), bias, last);
}

Embedding::Embedding(const Random& random, std::int64_t count, std::int64_t units,
                     const EmbeddingOptions& options)
    : table(parameter(random, {"embedding", options.name, options.where}, "table", options.dtype,
                      {count, units}, options.initializer)) {}

Output Embedding::operator()(const Output& indices, const NodeOptions& options) const {
  return gather(table, indices, {.name = options.name, .where = options.where});
}

LayerNorm::LayerNorm(const Graph& graph, std::int64_t units, const NormLayerOptions& options)
    : scale(filled_parameter(graph, {"layer_norm", options.name, options.where}, "scale",
                             options.dtype, units, 1)),
      shift(filled_parameter(graph, {"layer_norm", options.name, options.where}, "shift",
                             options.dtype, units, 0)),
      epsilon(options.epsilon) {}

Output LayerNorm::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "layer_norm", options);
  require_units(made, x, scale);
  const Output scaled = made.inside([&] {
    const Output centred = x - reduce_mean(x, {.axes = {-1}, .keep_dims = true});
    const Output variance = reduce_mean(square(centred), {.axes = {-1}, .keep_dims = true});
    return centred * rsqrt(variance + epsilon) * scale;
  });
  return add(scaled, shift, made.result());
}

RmsNorm::RmsNorm(const Graph& graph, std::int64_t units, const NormLayerOptions& options)
    : scale(filled_parameter(graph, {"rms_norm", options.name, options.where}, "scale",
                             options.dtype, units, 1)),
      epsilon(options.epsilon) {}

Output RmsNorm::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "rms_norm", options);
  require_units(made, x, scale);
  const Output scaled = made.inside([&] {
    return x * rsqrt(reduce_mean(square(x), {.axes = {-1}, .keep_dims = true}) + epsilon);
  });
  return mul(scaled, scale, made.result());
}

Output dropout(const Output& x, double rate, const Random& random, const DrawOptions& options) {
  const Composite made(x, "dropout", {options.name, options.where});
  const NodeOptions last = made.result();
  if (!(rate >= 0 && rate < 1))
    made.refuse(ErrorCode::invalid_argument, "the rate is " + std::to_string(rate),
                "give a probability from 0 on, below 1");
  if (rate == 0) return identity(x, last);
  const auto [kept, scaled] = made.inside([&] {
    return std::pair(random_bernoulli_like(random, x, 1 - rate, {.stream = options.stream}),
                     x * (1 / (1 - rate)));
  });
  return where(kept, scaled, 0, last);
}

}  // namespace deft
