#include <span>
#include <string>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "kernels/reductions/cumulative.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// x [s] -> [s]
std::vector<TensorSpec> infer_cumprod(const InferContext& context) {
  require_numeric(context);
  check_axis(context, context.inputs[0].shape.rank());
  return {context.inputs[0]};
}

/// factors [s], terms [s] -> [s], of one floating dtype
std::vector<TensorSpec> infer_recurrence(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const Shape& factors = context.inputs[0].shape;
  const Shape& terms = context.inputs[1].shape;
  check_axis(context, factors.rank());
  if (!factors.is_compatible_with(terms))
    context.fail(
        ErrorCode::shape_mismatch,
        "the factors have the shape " + factors.to_string() + ", the terms " + terms.to_string(),
        "give tensors of one shape");
  return {context.inputs[0]};
}

Accumulation accumulation_of(const KernelContext& context, bool exclusive) {
  return {axis_of(context.attributes, context.inputs[0].shape.rank()), exclusive,
          context.attributes.get<bool>("reverse")};
}

Kernel prepare_cumprod(const KernelContext& context) {
  return cumprod_kernel(accumulation_of(context, context.attributes.get<bool>("exclusive")),
                        context);
}

Kernel prepare_recurrence(const KernelContext& context) {
  return recurrence_kernel(accumulation_of(context, true), context);
}

std::vector<Output> gradient_cumprod(const GradientContext& context);
std::vector<Output> gradient_recurrence(const GradientContext& context);

}  // namespace

extern constexpr OpDef cumprod{
    .name = "cumprod",
    .arity = {1, 1},
    .infer = infer_cumprod,
    .gradient = gradient_cumprod,
    .kernel = prepare_cumprod,
};

/// factors a, terms b -> y with y_0 = 0, y_(i+1) = a_i y_i + b_i along "axis", from the last
/// element on if "reverse".
extern constexpr OpDef linear_recurrence{
    .name = "linear_recurrence",
    .arity = {2, 2},
    .infer = infer_recurrence,
    .gradient = gradient_recurrence,
    .kernel = prepare_recurrence,
};

namespace {

/// The recurrence against the order of the attribute "reverse".
Output backward(const GradientContext& context, const Output& factors, const Output& terms) {
  const Attributes& attributes = context.attributes();
  return add_node(linear_recurrence, {factors, terms},
                  {{"axis", attributes.get<std::int64_t>("axis")},
                   {"reverse", !attributes.get<bool>("reverse")}},
                  {});
}

/// x_j is in the products from j on. They are p_j, the product of the elements before it, times x_j
/// times those between: with dy_j on its own, or without it if "exclusive", these add up to
/// dx_j = p_j (dy_j + r_j), r_j = x_(j+1) (dy_(j+1) + r_(j+1)). In f64, as the products themselves.
std::vector<Output> gradient_cumprod(const GradientContext& context) {
  const Attributes& attributes = context.attributes();
  const Output x = cast(context.inputs[0], DType::f64);
  const Output dy = cast(context.grads[0], DType::f64);
  const bool exclusive = attributes.get<bool>("exclusive");
  const Output before =
      deft::cumprod(x, attributes.get<std::int64_t>("axis"),
                    {.exclusive = true, .reverse = attributes.get<bool>("reverse")});
  const Output behind =
      exclusive ? backward(context, x, dy) : add(dy, backward(context, x, mul(x, dy)));
  return {cast(mul(before, behind), context.inputs[0].dtype())};
}

/// db_i is dy_(i+1) and what comes back over a_(i+1) from behind; da_i = db_i y_i.
std::vector<Output> gradient_recurrence(const GradientContext& context) {
  const Output terms = backward(context, context.inputs[0], context.grads[0]);
  return {mul(terms, context.outputs[0]), terms};
}

}  // namespace

constexpr const OpDef* cumprod_list[] = {&cumprod, &linear_recurrence};
extern constexpr std::span<const OpDef* const> cumprod_ops = cumprod_list;

}  // namespace builtin

Output cumprod(const Output& x, std::int64_t axis, const CumulativeOptions& options) {
  return add_node(builtin::cumprod, {x},
                  {{"axis", axis}, {"exclusive", options.exclusive}, {"reverse", options.reverse}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
