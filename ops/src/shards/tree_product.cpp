#include <deft/ops/linalg.hpp>

#include "kernels/shards/tree_product.hpp"
#include "shards/stacked_ops.hpp"

namespace deft {
namespace builtin {

extern const OpDef matmul;

/// a [count, k, m], b [count, k, n] -> [m, n]; made of a matmul whose shape rule has checked them
extern constexpr OpDef tree_product{
    .name = "tree_product",
    .arity = {2, 2},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      const TensorSpec& a = context.inputs[0];
      return {{a.dtype, {a.shape[2], context.inputs[1].shape[2]}}};
    },
    .no_gradient = "differentiate what is computed of one shard",
    .kernel = tree_product_kernel,
};

}  // namespace builtin

namespace {

bool is_stack_of_matrices(const Output& x) { return x.shape().rank() == 3; }

}  // namespace

Output sum_of_stacked(const Output& x) {
  const Node& node = x.node();
  if (node.op != &builtin::matmul || !node.attributes->get<bool>("transpose_a") ||
      node.attributes->get<bool>("transpose_b"))
    return tree_sum(x);
  const Output a = x.graph().output(node.inputs[0]);
  const Output b = x.graph().output(node.inputs[1]);
  if (!is_stack_of_matrices(a) || !is_stack_of_matrices(b) ||
      !is_tree_product(unstacked(a.spec()), unstacked(b.spec())))
    return tree_sum(x);
  return add_node(builtin::tree_product, {a, b}, {}, {});
}

}  // namespace deft
