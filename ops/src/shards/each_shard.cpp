#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <deft/ops/builtins.hpp>

#include "kernels/shards/each_shard.hpp"
#include "shards/stacked_ops.hpp"

namespace deft {
namespace {

/// What each_shard does for every shard: another operation, whose attributes are among its own.
struct EachShardOf {
  const OpDef* op;
  std::int64_t count;
  std::vector<bool> stacked;  // by input

  EachShardOf(const Attributes& attributes, std::size_t inputs)
      : op(find_builtin(attributes.get<std::string>("each_shard_op"))),
        count(attributes.get<std::int64_t>("each_shard_count")),
        stacked(inputs, false) {
    for (const std::int64_t i : attributes.get<std::vector<std::int64_t>>("each_shard_stacked"))
      stacked[static_cast<std::size_t>(i)] = true;
  }

  /// What one shard has of the inputs.
  std::vector<TensorSpec> of_one(std::span<const TensorSpec> inputs) const {
    std::vector<TensorSpec> specs(inputs.begin(), inputs.end());
    for (std::size_t i = 0; i < specs.size(); ++i)
      if (stacked[i]) specs[i] = unstacked(specs[i]);
    return specs;
  }
};

/// Inputs, of which some are [count, s] -> outputs of the operation, each [count, t]
std::vector<TensorSpec> infer_each_shard(const InferContext& context) {
  const EachShardOf each(context.attributes, context.inputs.size());
  const std::vector<TensorSpec> inputs = each.of_one(context.inputs);
  std::vector<TensorSpec> outputs = each.op->infer({inputs, context.attributes});
  for (TensorSpec& output : outputs) output.shape = stacked(output.shape, each.count);
  return outputs;
}

Kernel prepare_each_shard(const KernelContext& context) {
  const EachShardOf each(context.attributes, context.inputs.size());
  const std::vector<TensorSpec> inputs = each.of_one(context.inputs);
  std::vector<TensorSpec> outputs(context.outputs.begin(), context.outputs.end());
  std::ranges::transform(outputs, outputs.begin(), unstacked);
  const KernelContext one{inputs, outputs, context.attributes, context.threads};
  return each_shard_kernel(each.op->kernel(one), one, each.stacked, each.count);
}

}  // namespace

namespace builtin {

extern constexpr OpDef each_shard{
    .name = "each_shard",
    .arity = {1, Arity::unbounded},
    .infer = infer_each_shard,
    .no_gradient = "differentiate what is computed of one shard",
    .kernel = prepare_each_shard,
};

}  // namespace builtin

TensorSpec unstacked(const TensorSpec& spec) {
  const auto dims = spec.shape.dims();
  return {spec.dtype, Shape(std::vector<std::int64_t>(std::next(dims.begin()), dims.end()))};
}

Shape stacked(const Shape& shape, std::int64_t count) {
  std::vector<std::int64_t> dims{count};
  dims.insert(dims.end(), shape.dims().begin(), shape.dims().end());
  return Shape(dims);
}

const OpDef* find_builtin(std::string_view name) {
  const std::span<const OpDef* const> all = builtin_ops();
  const auto found = std::ranges::lower_bound(all, name, {}, &OpDef::name);
  return found != all.end() && (*found)->name == name ? *found : nullptr;
}

Outputs each_shard(const Node& node, const std::vector<Output>& inputs,
                   const std::vector<std::int64_t>& stacked, std::int64_t count) {
  Attributes attributes = node.attributes->with({{"each_shard_op", std::string(node.op->name)},
                                                 {"each_shard_count", count},
                                                 {"each_shard_stacked", stacked}});
  return add_node(builtin::each_shard, inputs, std::move(attributes),
                  {.name = node.base_name, .where = node.where});
}

}  // namespace deft
