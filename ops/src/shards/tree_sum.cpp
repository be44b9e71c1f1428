#include <deft/ops/array.hpp>

#include "kernels/shards/tree_sum.hpp"
#include "shape_rules.hpp"
#include "shards/stacked_ops.hpp"

namespace deft {
namespace builtin {

/// x [n, s] -> [s]
extern constexpr OpDef tree_sum{
    .name = "tree_sum",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      require_numeric(context);
      return {unstacked(context.inputs[0])};
    },
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      return {broadcast_like(expand_dims(context.grads[0], 0), context.inputs[0])};
    },
    .kernel = tree_sum_kernel,
};

}  // namespace builtin

Output tree_sum(const Output& x) { return add_node(builtin::tree_sum, {x}, {}, {}); }

}  // namespace deft
