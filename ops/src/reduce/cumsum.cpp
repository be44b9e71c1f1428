#include "kernels/reductions/cumulative.hpp"

#include <span>

#include <deft/ops/reduce.hpp>

#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> [s]
std::vector<TensorSpec> infer_cumsum(const InferContext& context) {
  require_numeric(context);
  check_axis(context, context.inputs[0].shape.rank());
  return {context.inputs[0]};
}

/// dy [s], summed up from the other end: x_i is in the sums from i on.
std::vector<Output> gradient_cumsum(const GradientContext& context) {
  const Attributes& attributes = context.attributes();
  return {cumsum(context.grads[0], attributes.get<std::int64_t>("axis"),
                 {.exclusive = attributes.get<bool>("exclusive"),
                  .reverse = !attributes.get<bool>("reverse")})};
}

Kernel prepare_cumsum(const KernelContext& context) {
  return cumsum_kernel(
      {axis_of(context.attributes, context.inputs[0].shape.rank()),
       context.attributes.get<bool>("exclusive"), context.attributes.get<bool>("reverse")},
      context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef cumsum{
    .name = "cumsum",
    .arity = {1, 1},
    .infer = infer_cumsum,
    .gradient = gradient_cumsum,
    .kernel = prepare_cumsum,
};

constexpr const OpDef* cumsum_list[] = {&cumsum};
extern constexpr std::span<const OpDef* const> cumsum_ops = cumsum_list;

}  // namespace builtin

Output cumsum(const Output& x, std::int64_t axis, const CumulativeOptions& options) {
  return add_node(builtin::cumsum, {x},
                  {{"axis", axis}, {"exclusive", options.exclusive}, {"reverse", options.reverse}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
