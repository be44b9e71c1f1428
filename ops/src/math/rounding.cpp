#include <optional>
#include <span>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction floor, ceil, round, trunc;
}

namespace {

/// Integers stay as they are.
std::optional<Rewrite> simplify_rounding(const SimplifyContext& context) {
  if (!is_integer(context.self.outputs[0].dtype)) return std::nullopt;
  return Rewrite{.inputs = {context.self.inputs[0]}};
}

}  // namespace

namespace builtin {

extern constexpr OpDef floor{
    .name = "floor",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::floor>,
    .simplify = simplify_rounding,
    .form = map_form<elements::floor>,
};

extern constexpr OpDef ceil{
    .name = "ceil",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::ceil>,
    .simplify = simplify_rounding,
    .form = map_form<elements::ceil>,
};

extern constexpr OpDef round{
    .name = "round",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::round>,
    .simplify = simplify_rounding,
    .form = map_form<elements::round>,
};

extern constexpr OpDef trunc{
    .name = "trunc",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::trunc>,
    .simplify = simplify_rounding,
    .form = map_form<elements::trunc>,
};

constexpr const OpDef* rounding_list[] = {&floor, &ceil, &round, &trunc};
extern constexpr std::span<const OpDef* const> rounding_ops = rounding_list;

}  // namespace builtin

Output floor(const Output& x, const NodeOptions& options) {
  return add_node(builtin::floor, {x}, {}, options);
}

Output ceil(const Output& x, const NodeOptions& options) {
  return add_node(builtin::ceil, {x}, {}, options);
}

Output round(const Output& x, const NodeOptions& options) {
  return add_node(builtin::round, {x}, {}, options);
}

Output trunc(const Output& x, const NodeOptions& options) {
  return add_node(builtin::trunc, {x}, {}, options);
}

}  // namespace deft
