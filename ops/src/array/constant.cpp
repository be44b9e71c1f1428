#include <span>
#include <utility>

#include <deft/ops/array.hpp>

#include "operands.hpp"

namespace deft {
namespace {

const Tensor& value_of(const Attributes& attributes) { return attributes.get<Tensor>("value"); }

std::vector<TensorSpec> infer_constant(const InferContext& context) {
  return {value_of(context.attributes).spec()};
}

std::vector<TensorSpec> infer_placeholder(const InferContext& context) {
  return {{context.attributes.get<DType>("dtype"), context.attributes.get<Shape>("shape")}};
}

}  // namespace

namespace builtin {

extern constexpr OpDef constant{
    .name = "constant",
    .infer = infer_constant,
    .gradient = zero_gradients,
    .value = value_of,
};

extern constexpr OpDef placeholder{
    .name = "placeholder",
    .effect = Effect::fed,
    .infer = infer_placeholder,
    .gradient = zero_gradients,
};

constexpr const OpDef* constant_list[] = {&constant, &placeholder};
extern constexpr std::span<const OpDef* const> constant_ops = constant_list;

}  // namespace builtin

Output constant(const Graph& graph, Tensor value, const NodeOptions& options) {
  return graph.add(builtin::constant, {}, {{"value", std::move(value)}}, options);
}

Output placeholder(const Graph& graph, DType dtype, const Shape& shape,
                   const NodeOptions& options) {
  return graph.add(builtin::placeholder, {}, {{"dtype", dtype}, {"shape", shape}}, options);
}

}  // namespace deft
