#include "kernels/indexing/one_hot.hpp"

#include <span>
#include <string>

#include <deft/ops/indexing.hpp>

#include "indexing_rules.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// indices [i...] -> [i... with the attribute "depth" inserted at "axis"] of the attribute "dtype",
/// which must have the values "on" and "off"
std::vector<TensorSpec> infer_one_hot(const InferContext& context) {
  require_indices(context, 0);
  const auto indices = context.inputs[0].shape.dims();
  const std::size_t axis = check_new_axis(context, indices.size());
  const std::int64_t depth = context.attributes.get<std::int64_t>("depth");
  if (depth < 0)
    context.fail(ErrorCode::invalid_argument, "the depth is " + std::to_string(depth),
                 "give the number of classes");
  const DType dtype = context.attributes.get<DType>("dtype");
  if (size_of(dtype) != 0)  // else the graph refuses the dtype
    for (const char* value : {"on", "off"})
      scalar_tensor(scalar_attribute(context.attributes, value), dtype);
  std::vector<std::int64_t> dims(indices.begin(), indices.end());
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), depth);
  return {{dtype, Shape(dims)}};
}

Kernel prepare_one_hot(const KernelContext& context) {
  const auto scalar = [&](const char* name) {
    return scalar_tensor(scalar_attribute(context.attributes, name), context.outputs[0].dtype);
  };
  return one_hot_kernel(axis_of(context.attributes, context.outputs[0].shape.rank()), scalar("on"),
                        scalar("off"), context.attributes.get<bool>("strict"), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef one_hot{
    .name = "one_hot",
    .arity = {1, 1},
    .infer = infer_one_hot,
    .gradient = zero_gradients,
    .kernel = prepare_one_hot,
};

constexpr const OpDef* one_hot_list[] = {&one_hot};
extern constexpr std::span<const OpDef* const> one_hot_ops = one_hot_list;

}  // namespace builtin

Output one_hot(const Output& indices, std::int64_t depth, const OneHotOptions& options) {
  return add_node(builtin::one_hot, {indices},
                  {{"depth", depth},
                   {"dtype", options.dtype},
                   {"on", scalar_attribute(options.on)},
                   {"off", scalar_attribute(options.off)},
                   {"axis", options.axis},
                   {"strict", options.out_of_range == OutOfRange::error}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
