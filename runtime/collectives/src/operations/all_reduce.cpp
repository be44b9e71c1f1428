#include <cstring>
#include <string>

#include <deft/collectives/collectives.hpp>
#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "algorithms/all_reduce.hpp"
#include "operations/collective_kernel.hpp"

namespace deft {
namespace {

using collectives::CollectiveParts;
using collectives::combine_of;

/// xs [s]... of one dtype -> [s]...
std::vector<TensorSpec> infer(const InferContext& context) {
  const TensorSpec& first = context.inputs[0];
  const bool is_mean = collectives::reduce_of(context.attributes) == Reduce::mean;
  if (combine_of(collectives::reduce_of(context.attributes), first.dtype) == nullptr)
    context.fail(
        ErrorCode::dtype_mismatch,
        "is of " + std::string(to_string(first.dtype)) + ", which all_reduce does not take",
        is_mean ? "cast it to f32 or f64" : "cast it to f32, f64, i32 or i64");
  for (const TensorSpec& input : context.inputs)
    if (input.dtype != first.dtype)
      context.fail(ErrorCode::dtype_mismatch,
                   "has tensors of " + std::string(to_string(first.dtype)) + " and " +
                       std::string(to_string(input.dtype)),
                   "reduce those of one dtype together");
  return {context.inputs.begin(), context.inputs.end()};
}

/// Sums and means are linear, and symmetric in the ranks. An extreme goes to those that have it.
std::vector<Output> gradient(const GradientContext& context) {
  const Reduce reduce = collectives::reduce_of(context.attributes());
  std::vector<Output> grads;
  for (std::size_t i = 0; i < context.inputs.size(); ++i)
    grads.push_back(context.grads[i].is_empty() ? zeros_like(context.outputs[i])
                                                : context.grads[i]);
  const auto together = [&](const std::vector<Output>& xs, Reduce how) {
    const Outputs made = add_node(*context.node.op, xs,
                                  {{"group", context.attributes().get<std::int64_t>("group")},
                                   {"reduce", static_cast<std::int64_t>(how)}},
                                  {});
    std::vector<Output> results;
    for (std::size_t i = 0; i < xs.size(); ++i) results.push_back(made[i]);
    return results;
  };
  if (reduce == Reduce::sum || reduce == Reduce::mean) return together(grads, reduce);
  std::vector<Output> has;
  for (std::size_t i = 0; i < grads.size(); ++i)
    has.push_back(cast(equal(context.inputs[i], context.outputs[i]), grads[i].dtype()));
  const std::vector<Output> sums = together(grads, Reduce::sum);
  const std::vector<Output> counts = together(has, Reduce::sum);
  std::vector<Output> results;
  for (std::size_t i = 0; i < grads.size(); ++i) results.push_back(sums[i] * has[i] / counts[i]);
  return results;
}

/// The tensors lie in the algorithm's memory one behind the other.
Kernel kernel(const KernelContext& context) {
  std::vector<std::size_t> sizes;
  CollectiveParts parts;
  for (const TensorSpec& input : context.inputs) {
    sizes.push_back(input.shape.num_bytes(input.dtype));
    parts.bytes += sizes.back();
  }
  parts.make =
      [dtype = context.inputs[0].dtype, reduce = collectives::reduce_of(context.attributes)](
          collectives::Transport& transport, std::span<std::byte> memory, std::uint32_t tag) {
        return std::make_unique<collectives::AllReduce>(transport, memory, dtype, reduce, tag);
      };
  parts.before = [sizes](const KernelArgs& args, std::span<std::byte> memory) {
    std::byte* to = memory.data();
    for (std::size_t i = 0; i < sizes.size(); to += sizes[i++])
      if (sizes[i] != 0) std::memcpy(to, args.inputs[i], sizes[i]);
  };
  parts.after = [sizes](const KernelArgs& args, std::span<const std::byte> memory) {
    const std::byte* from = memory.data();
    for (std::size_t i = 0; i < sizes.size(); from += sizes[i++])
      if (sizes[i] != 0) std::memcpy(args.outputs[i], from, sizes[i]);
  };
  return collective_kernel(context, std::move(parts));
}

constexpr OpDef all_reduce_op{
    .name = "all_reduce",
    .arity = {1, Arity::unbounded},
    .effect = Effect::stateful,
    .infer = infer,
    .gradient = gradient,
    .kernel = kernel,
    .group = collectives::group_of,
};

}  // namespace

std::vector<Output> all_reduce(const std::vector<Output>& xs, const Communicator& group,
                               Reduce reduce, const NodeOptions& options) {
  if (group.size() == 1 || xs.empty()) return xs;
  const Outputs made =
      add_node(all_reduce_op, xs,
               {{"group", group.id()}, {"reduce", static_cast<std::int64_t>(reduce)}}, options);
  std::vector<Output> results;
  results.reserve(xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) results.push_back(made[i]);
  return results;
}

Output all_reduce(const Output& x, const Communicator& group, Reduce reduce,
                  const NodeOptions& options) {
  return all_reduce(std::vector{x}, group, reduce, options).front();
}

}  // namespace deft
