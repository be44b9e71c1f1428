#include "kernels/ordering/arg_extreme.hpp"

#include <span>
#include <string>

#include <deft/ops/ordering.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> i64 [s without "axis", or with 1 in its place if "keep_dims"]; the axis may not be
/// empty
std::vector<TensorSpec> infer_arg_extreme(const InferContext& context) {
  require_numeric(context);
  const Shape& shape = context.inputs[0].shape;
  const std::size_t axis = check_axis(context, shape.rank());
  if (shape.dims()[axis] == 0)
    context.fail(ErrorCode::shape_mismatch,
                 "dimension " + std::to_string(axis) + " of " + shape.to_string() +
                     " is 0, and nothing has no extreme",
                 "search along a dimension of at least 1");
  std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  if (context.attributes.get<bool>("keep_dims"))
    dims[axis] = 1;
  else
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  return {{DType::i64, Shape(dims)}};
}

template <Reduction extreme>
Kernel prepare(const KernelContext& context) {
  return arg_extreme_kernel(extreme, axis_of(context.attributes, context.inputs[0].shape.rank()),
                            context);
}

Output add_arg_extreme(const OpDef& op, const Output& x, std::int64_t axis,
                       const ArgExtremeOptions& options) {
  return add_node(op, {x}, {{"axis", axis}, {"keep_dims", options.keep_dims}},
                  {.name = options.name, .where = options.where});
}

}  // namespace

namespace builtin {

extern constexpr OpDef argmax{
    .name = "argmax",
    .arity = {1, 1},
    .infer = infer_arg_extreme,
    .gradient = zero_gradients,
    .kernel = prepare<Reduction::max>,
};

extern constexpr OpDef argmin{
    .name = "argmin",
    .arity = {1, 1},
    .infer = infer_arg_extreme,
    .gradient = zero_gradients,
    .kernel = prepare<Reduction::min>,
};

constexpr const OpDef* arg_extreme_list[] = {&argmax, &argmin};
extern constexpr std::span<const OpDef* const> arg_extreme_ops = arg_extreme_list;

}  // namespace builtin

Output argmax(const Output& x, std::int64_t axis, const ArgExtremeOptions& options) {
  return add_arg_extreme(builtin::argmax, x, axis, options);
}

Output argmin(const Output& x, std::int64_t axis, const ArgExtremeOptions& options) {
  return add_arg_extreme(builtin::argmin, x, axis, options);
}

}  // namespace deft
