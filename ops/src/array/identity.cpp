#include <span>

#include <deft/ops/array.hpp>

#include "identities.hpp"
#include "operands.hpp"

namespace deft {
namespace {

/// x [s] -> [s]
std::vector<TensorSpec> infer_same(const InferContext& context) { return {context.inputs[0]}; }

Kernel forward(const KernelContext&) { return Kernel::forward(); }

}  // namespace

namespace builtin {

extern constexpr OpDef identity{
    .name = "identity",
    .arity = {1, 1},
    .infer = infer_same,
    .gradient =
        [](const GradientContext& context) { return std::vector<Output>{context.grads[0]}; },
    .kernel = forward,
    .simplify = forward_same,
    .form = [](const KernelContext&) -> Form { return RenameForm{}; },
};

extern constexpr OpDef stop_gradient{
    .name = "stop_gradient",
    .arity = {1, 1},
    .infer = infer_same,
    .gradient = zero_gradients,
    .kernel = forward,
    .simplify = forward_same,
    .form = [](const KernelContext&) -> Form { return RenameForm{}; },
};

constexpr const OpDef* identity_list[] = {&identity, &stop_gradient};
extern constexpr std::span<const OpDef* const> identity_ops = identity_list;

}  // namespace builtin

Output identity(const Output& x, const NodeOptions& options) {
  return add_node(builtin::identity, {x}, {}, options);
}

Output stop_gradient(const Output& x, const NodeOptions& options) {
  return add_node(builtin::stop_gradient, {x}, {}, options);
}

}  // namespace deft
