#include <deft/nn/layers.hpp>

#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/state.hpp>

namespace deft {
namespace {

/// The variable `what` of the layer `name`.
Output parameter(const Random& random, std::string_view name, const std::string& what, DType dtype,
                 const Shape& shape, const Initializer& initializer, SourceLocation where) {
  const Graph& graph = random.graph();
  const ForwardLocation location(graph, where, ForwardLocation::Outer::kept);
  const NameScope scope(graph, name, where);
  if (!initializer)
    throw GraphError(
        {.message = "the initializer of '" + std::string(name) + "/" + what + "' is empty",
         .cure = "leave it out, or give it a function",
         .where = where});
  const Output initial = initializer(random, dtype, shape, what + "/initial_value", where);
  return variable(initial, {.name = what, .where = where});
}

Output filled_parameter(const Graph& graph, const std::string& what, std::int64_t units,
                        double value, const NormLayerOptions& options) {
  const NameScope scope(graph, options.name, options.where);
  const Output initial = fill(graph, options.dtype, {units}, value,
                              {.name = what + "/initial_value", .where = options.where});
  return variable(initial, {.name = what, .where = options.where});
}

/// Refuses an operand whose last dimension is not that of a layer.
void require_units(const Composite& made, const Output& x, const Output& parameter) {
  const Shape& shape = x.shape();
  const std::int64_t units = parameter.shape().dims().back();
  if (shape.rank() > 0 && (shape.dims().back() == units || shape.dims().back() == Shape::unknown))
    return;
  made.refuse(ErrorCode::shape_mismatch,
              "x has the shape " + shape.to_string() + ", but the layer has " +
                  std::to_string(units) + " units",
              "give it as many in the last dimension");
}

}  // namespace

Dense::Dense(const Random& random, std::int64_t inputs, std::int64_t units,
             const DenseOptions& options)
    : weight(parameter(random, options.name, "weight", options.dtype, {inputs, units},
                       options.weight_initializer, options.where)) {
  if (options.use_bias)
    bias = parameter(random, options.name, "bias", options.dtype, {units}, options.bias_initializer,
                     options.where);
}

Output Dense::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "dense", options);
  const NodeOptions last = made.result();
  if (bias.is_empty()) return matmul(x, weight, {.name = last.name, .where = last.where});
  return add(made.inside([&] { return matmul(x, weight); }), bias, last);
}

Embedding::Embedding(const Random& random, std::int64_t count, std::int64_t units,
                     const EmbeddingOptions& options)
    : table(parameter(random, options.name, "table", options.dtype, {count, units},
                      options.initializer, options.where)) {}

Output Embedding::operator()(const Output& indices, const NodeOptions& options) const {
  return gather(table, indices, {.name = options.name, .where = options.where});
}

LayerNorm::LayerNorm(const Graph& graph, std::int64_t units, const NormLayerOptions& options)
    : scale(filled_parameter(graph, "scale", units, 1, options)),
      shift(filled_parameter(graph, "shift", units, 0, options)),
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
    : scale(filled_parameter(graph, "scale", units, 1, options)), epsilon(options.epsilon) {}

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
