#include <span>
#include <string>
#include <variant>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/element.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction select;
}

namespace {

/// condition bool [a], x [b], y [c] of one dtype -> [broadcast of a, b and c]
std::vector<TensorSpec> infer_where(const InferContext& context) {
  const auto& in = context.inputs;
  if (in[0].dtype != DType::boolean)
    context.fail(ErrorCode::dtype_mismatch,
                 "the condition is " + std::string(to_string(in[0].dtype)) + ", but must be bool",
                 "compare, or cast it to bool");
  require_same_dtype(context, 1);
  const Shape values = broadcast_shapes(context, in[1].shape, in[2].shape);
  return {{in[1].dtype, broadcast_shapes(context, in[0].shape, values)}};
}

/// condition, x, y -> nothing, since a bool does not vary; dy where x is taken; dy where y is
/// taken. Both have the shape of the result.
std::vector<Output> gradient_where(const GradientContext& context) {
  const Output& condition = context.inputs[0];
  const Output& dy = context.grads[0];
  return {Output{}, where(condition, dy, 0), where(condition, 0, dy)};
}

}  // namespace

namespace builtin {

extern constexpr OpDef where{
    .name = "where",
    .arity = {3, 3},
    .infer = infer_where,
    .gradient = gradient_where,
    .kernel = map_kernel<elements::select>,
    .form = map_form<elements::select>,
};

constexpr const OpDef* select_list[] = {&where};
extern constexpr std::span<const OpDef* const> select_ops = select_list;

}  // namespace builtin

Output where(const Output& condition, const Operand& x, const Operand& y,
             const NodeOptions& options) {
  const auto [on_true, on_false] = resolve_operands(builtin::where.name, x, y, options);
  return add_node(builtin::where, {condition, on_true, on_false}, {}, options);
}

Output where_safe(const Output& condition, const Output& x,
                  const std::function<Output(const Output&)>& f, const Operand& otherwise,
                  const WhereSafeOptions& options) {
  if (!f)
    throw GraphError({.message = "the function is empty",
                      .cure = "give it a function of an Output",
                      .op = "where_safe",
                      .node = std::string(options.name),
                      .where = options.where});
  const Operand safe =
      std::visit([&](auto number) { return Operand(number, options.where); }, options.safe.value());
  const Output replaced = where(condition, x, safe, {.where = options.where});
  return where(condition, f(replaced), otherwise, {.name = options.name, .where = options.where});
}

}  // namespace deft
