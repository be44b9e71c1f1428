#include "transpose.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include <deft/ops/array.hpp>

#include "axes_attribute.hpp"
#include "kernels/movement/permutation.hpp"
#include "shape_rules.hpp"

namespace deft {

std::vector<std::size_t> permutation_of(const Attributes& attributes, std::size_t rank) {
  std::vector<std::size_t> permutation;
  if (attributes.find("permutation") == nullptr) {
    for (std::size_t i = rank; i-- > 0;) permutation.push_back(i);
    return permutation;
  }
  for (const std::int64_t axis : attributes.get<std::vector<std::int64_t>>("permutation"))
    permutation.push_back(from_front(axis, rank));
  return permutation;
}

namespace {

/// x [s_0, s_1, ...] -> [s_p0, s_p1, ...] for the permutation (p0, p1, ...)
std::vector<TensorSpec> infer_transpose(const InferContext& context) {
  const Shape& from = context.inputs[0].shape;
  if (context.attributes.find("permutation") != nullptr) {
    const auto& given = context.attributes.get<std::vector<std::int64_t>>("permutation");
    normalize_axes(context, given, from.rank());
    if (given.size() != from.rank())
      context.fail(ErrorCode::invalid_argument,
                   "the permutation names " + std::to_string(given.size()) +
                       " dimensions, but the rank is " + std::to_string(from.rank()),
                   "name every dimension once");
  }
  std::vector<std::int64_t> dims;
  for (const std::size_t axis : permutation_of(context.attributes, from.rank()))
    dims.push_back(from.dims()[axis]);
  return {{context.inputs[0].dtype, Shape(dims)}};
}

/// dy permuted back to the dimensions of x
std::vector<Output> gradient_transpose(const GradientContext& context) {
  const auto permutation = permutation_of(context.attributes(), context.inputs[0].shape().rank());
  std::vector<std::int64_t> inverse(permutation.size());
  for (std::size_t i = 0; i < permutation.size(); ++i)
    inverse[permutation[i]] = static_cast<std::int64_t>(i);
  return {transpose(context.grads[0], inverse)};
}

/// A transpose of a transpose is one, or none.
std::optional<Rewrite> simplify_transpose(const SimplifyContext& context) {
  const Expression inner = context.input(0);
  const std::size_t rank = context.self.outputs[0].shape.rank();
  const auto outer_axes = permutation_of(*context.self.attributes, rank);
  if (inner.op != context.self.op) {
    if (!std::ranges::is_sorted(outer_axes)) return std::nullopt;
    return Rewrite{.inputs = {context.self.inputs[0]}};
  }
  const auto inner_axes = permutation_of(*inner.attributes, rank);
  std::vector<std::int64_t> axes(rank);
  std::ranges::transform(outer_axes, axes.begin(), [&](std::size_t axis) {
    return static_cast<std::int64_t>(inner_axes[axis]);
  });
  if (std::ranges::is_sorted(axes)) return Rewrite{.inputs = {inner.inputs[0]}};
  return Rewrite{context.self.op, {{"permutation", axes}}, {inner.inputs[0]}};
}

Kernel prepare_transpose(const KernelContext& context) {
  return permutation_kernel(permutation_of(context.attributes, context.inputs[0].shape.rank()),
                            context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef transpose{
    .name = "transpose",
    .arity = {1, 1},
    .infer = infer_transpose,
    .gradient = gradient_transpose,
    .kernel = prepare_transpose,
    .simplify = simplify_transpose,
};

constexpr const OpDef* transpose_list[] = {&transpose};
extern constexpr std::span<const OpDef* const> transpose_ops = transpose_list;

}  // namespace builtin

Output transpose(const Output& x, const Axes& permutation, const NodeOptions& options) {
  return add_node(builtin::transpose, {x}, axes_attribute("permutation", permutation), options);
}

}  // namespace deft
