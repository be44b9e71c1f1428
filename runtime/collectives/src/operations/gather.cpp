#include <cstring>
#include <string>

#include <deft/collectives/collectives.hpp>
#include <deft/core/error.hpp>
#include <deft/ops/math.hpp>

#include "algorithms/all_reduce.hpp"
#include "algorithms/share.hpp"
#include "operations/collective_kernel.hpp"

namespace deft {
namespace {

using collectives::CollectiveParts;

std::int64_t size_of_group(const Attributes& attributes) {
  return attributes.get<std::int64_t>("size");
}

/// The spec with another first dimension.
TensorSpec with_rows(const TensorSpec& spec, std::int64_t rows) {
  std::vector<std::int64_t> dims(spec.shape.dims().begin(), spec.shape.dims().end());
  dims[0] = rows;
  return {spec.dtype, Shape(dims)};
}

void require_rows(const InferContext& context) {
  if (context.inputs[0].shape.rank() == 0)
    context.fail(ErrorCode::shape_mismatch, "x is a scalar, which has no first axis",
                 "reshape it to [1]");
}

Outputs add(const OpDef& op, const Output& x, Attributes attributes, const NodeOptions& options) {
  return add_node(op, {x}, std::move(attributes), options);
}

extern const OpDef reduce_scatter_op;

/// x [n, s...] -> [size n, s...]; dy [size n, s...] -> its sums, of which each rank takes its part
constexpr OpDef all_gather_op{
    .name = "all_gather",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      require_rows(context);
      const std::int64_t rows = context.inputs[0].shape[0];
      const std::int64_t size = size_of_group(context.attributes);
      return {with_rows(context.inputs[0], rows == Shape::unknown ? rows : rows * size)};
    },
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      const Attributes& attributes = context.attributes();
      return {add(reduce_scatter_op, context.grads[0],
                  {{"group", attributes.get<std::int64_t>("group")},
                   {"rank", attributes.get<std::int64_t>("rank")},
                   {"size", attributes.get<std::int64_t>("size")},
                   {"reduce", static_cast<std::int64_t>(Reduce::sum)}},
                  {})};
    },
    .kernel = [](const KernelContext& context) -> Kernel {
      const std::size_t bytes = context.inputs[0].shape.num_bytes(context.inputs[0].dtype);
      const auto rank = static_cast<std::size_t>(context.attributes.get<std::int64_t>("rank"));
      const auto size = static_cast<std::size_t>(size_of_group(context.attributes));
      return collectives::collective_kernel(
          context, {.bytes = bytes * size,
                    .make =
                        [=](collectives::Transport& transport, std::span<std::byte> memory,
                            std::uint32_t tag) {
                          return std::make_unique<collectives::Share>(
                              transport, memory, std::vector<std::size_t>(size, bytes), tag);
                        },
                    .before =
                        [=](const KernelArgs& args, std::span<std::byte> memory) {
                          if (bytes != 0)
                            std::memcpy(memory.data() + rank * bytes, args.inputs[0], bytes);
                        },
                    .after = collectives::copy_out});
    },
    .group = collectives::group_of,
};

std::vector<TensorSpec> infer_scatter(const InferContext& context) {
  require_rows(context);
  const TensorSpec& x = context.inputs[0];
  const std::int64_t size = size_of_group(context.attributes);
  if (collectives::combine_of(collectives::reduce_of(context.attributes), x.dtype) == nullptr)
    context.fail(
        ErrorCode::dtype_mismatch,
        "x is of " + std::string(to_string(x.dtype)) + ", which reduce_scatter does not take",
        "cast it to f32 or f64");
  if (x.shape[0] != Shape::unknown && x.shape[0] % size != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "the first dimension of x is " + std::to_string(x.shape[0]) +
                     ", which is no multiple of the group's size, " + std::to_string(size),
                 "pad x, so that every rank has as many rows");
  return {with_rows(x, x.shape[0] == Shape::unknown ? x.shape[0] : x.shape[0] / size)};
}

/// x [size n, s...] -> [n, s...]
constexpr OpDef reduce_scatter_op{
    .name = "reduce_scatter",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = infer_scatter,
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      const Attributes& attributes = context.attributes();
      const Reduce reduce = collectives::reduce_of(attributes);
      if (reduce != Reduce::sum && reduce != Reduce::mean)
        throw GradientError({.code = ErrorCode::not_differentiable,
                             .message = "reduce_scatter has a gradient for sums and means alone",
                             .cure = "differentiate all_reduce, and slice its result",
                             .op = "reduce_scatter",
                             .where = context.node.where});
      const Output all = add(all_gather_op, context.grads[0],
                             {{"group", attributes.get<std::int64_t>("group")},
                              {"rank", attributes.get<std::int64_t>("rank")},
                              {"size", attributes.get<std::int64_t>("size")}},
                             {});
      return {reduce == Reduce::mean ? all / static_cast<double>(size_of_group(attributes)) : all};
    },
    .kernel = [](const KernelContext& context) -> Kernel {
      const TensorSpec& x = context.inputs[0];
      const std::size_t bytes = context.outputs[0].shape.num_bytes(x.dtype);
      const auto rank = static_cast<std::size_t>(context.attributes.get<std::int64_t>("rank"));
      return collectives::collective_kernel(
          context, {.bytes = x.shape.num_bytes(x.dtype),
                    .make =
                        [dtype = x.dtype, reduce = collectives::reduce_of(context.attributes)](
                            collectives::Transport& transport, std::span<std::byte> memory,
                            std::uint32_t tag) {
                          return std::make_unique<collectives::AllReduce>(
                              transport, memory, dtype, reduce, tag,
                              collectives::AllReduce::Result::own_part);
                        },
                    .before = collectives::copy_in,
                    .after =
                        [=](const KernelArgs& args, std::span<const std::byte> memory) {
                          if (bytes != 0)
                            std::memcpy(args.outputs[0], memory.data() + rank * bytes, bytes);
                        }});
    },
    .group = collectives::group_of,
};

}  // namespace

Output all_gather(const Output& x, const Communicator& group, const NodeOptions& options) {
  if (group.size() == 1) return x;
  return add(all_gather_op, x,
             {{"group", group.id()},
              {"rank", std::int64_t{group.rank()}},
              {"size", std::int64_t{group.size()}}},
             options);
}

Output reduce_scatter(const Output& x, const Communicator& group, Reduce reduce,
                      const NodeOptions& options) {
  if (group.size() == 1) return x;
  return add(reduce_scatter_op, x,
             {{"group", group.id()},
              {"rank", std::int64_t{group.rank()}},
              {"size", std::int64_t{group.size()}},
              {"reduce", static_cast<std::int64_t>(reduce)}},
             options);
}

}  // namespace deft
