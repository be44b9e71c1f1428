#include <cstring>
#include <numeric>
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

/// Refuses tensors of several dtypes, or of one that cannot be reduced so.
void check(const InferContext& context) {
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
}

std::vector<Output> reduced(const std::vector<Output>& xs, std::int64_t group, Reduce reduce,
                            const NodeOptions& options);

/// Sums and means are linear, and symmetric in the ranks. An extreme goes to those that have it.
std::vector<Output> gradient(const GradientContext& context) {
  const Attributes& attributes = *context.inputs[0].node().attributes;  // of its beginning
  const Reduce reduce = collectives::reduce_of(attributes);
  const std::span<const Output> xs = context.inputs.subspan(1);
  std::vector<Output> grads;
  for (std::size_t i = 0; i < xs.size(); ++i)
    grads.push_back(context.grads[i].is_empty() ? zeros_like(context.outputs[i])
                                                : context.grads[i]);
  const auto together = [&](const std::vector<Output>& all, Reduce how) {
    return reduced(all, attributes.get<std::int64_t>("group"), how, {});
  };
  const auto of_inputs = [](std::vector<Output> of_xs) {
    of_xs.insert(of_xs.begin(), Output());  // the token has none
    return of_xs;
  };
  if (reduce == Reduce::sum || reduce == Reduce::mean) return of_inputs(together(grads, reduce));
  std::vector<Output> has;
  for (std::size_t i = 0; i < grads.size(); ++i)
    has.push_back(cast(equal(xs[i], context.outputs[i]), grads[i].dtype()));
  const std::vector<Output> sums = together(grads, Reduce::sum);
  const std::vector<Output> counts = together(has, Reduce::sum);
  std::vector<Output> results;
  for (std::size_t i = 0; i < grads.size(); ++i) results.push_back(sums[i] * has[i] / counts[i]);
  return of_inputs(results);
}

std::vector<std::size_t> sizes_of(std::span<const TensorSpec> specs) {
  std::vector<std::size_t> sizes;
  for (const TensorSpec& spec : specs) sizes.push_back(spec.shape.num_bytes(spec.dtype));
  return sizes;
}

/// The tensors lie in the algorithm's memory one behind the other.
Kernel begin(const KernelContext& context) {
  const std::vector<std::size_t> sizes = sizes_of(context.inputs);
  CollectiveParts parts;
  parts.bytes = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
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
  return collectives::begin_kernel(context, std::move(parts));
}

/// xs [s]... of one dtype -> a token
constexpr OpDef begin_op{
    .name = "all_reduce_begin",
    .arity = {1, Arity::unbounded},
    .effect = Effect::stateful,
    .timing = Timing::early,
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      check(context);
      return {collectives::token_spec()};
    },
    .no_gradient = "it is a part of all_reduce",
    .kernel = begin,
    .group = collectives::group_of,
};

/// token, xs [s]..., which nobody reads, but whose gradients these are -> [s]...
constexpr OpDef all_reduce_op{
    .name = "all_reduce",
    .arity = {2, Arity::unbounded},
    .effect = Effect::stateful,
    .timing = Timing::late,
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      return {context.inputs.begin() + 1, context.inputs.end()};
    },
    .gradient = gradient,
    .kernel = [](const KernelContext&) { return collectives::end_kernel(); },
};

std::vector<Output> reduced(const std::vector<Output>& xs, std::int64_t group, Reduce reduce,
                            const NodeOptions& options) {
  const Attributes attributes{{"group", group}, {"reduce", static_cast<std::int64_t>(reduce)}};
  const std::string name(options.name.empty() ? "all_reduce" : options.name);
  const Output token =
      add_node(begin_op, xs, attributes, {.name = name + "_begin", .where = options.where});
  std::vector<Output> inputs{token};
  inputs.insert(inputs.end(), xs.begin(), xs.end());
  const Outputs made = add_node(all_reduce_op, inputs, {}, options);
  std::vector<Output> results;
  results.reserve(xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) results.push_back(made[i]);
  return results;
}

}  // namespace

std::vector<Output> all_reduce(const std::vector<Output>& xs, const Communicator& group,
                               Reduce reduce, const NodeOptions& options) {
  if (group.size() == 1 || xs.empty()) return xs;
  return reduced(xs, group.id(), reduce, options);
}

Output all_reduce(const Output& x, const Communicator& group, Reduce reduce,
                  const NodeOptions& options) {
  return all_reduce(std::vector{x}, group, reduce, options).front();
}

}  // namespace deft
