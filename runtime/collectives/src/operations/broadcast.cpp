#include <algorithm>
#include <string>

#include <deft/collectives/collectives.hpp>
#include <deft/core/error.hpp>

#include "algorithms/all_reduce.hpp"
#include "algorithms/share.hpp"
#include "operations/collective_kernel.hpp"

namespace deft {
namespace {

using collectives::Transport;

std::size_t from(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.get<std::int64_t>("from"));
}

bool is_source(const Attributes& attributes) {
  return attributes.get<std::int64_t>("from") == attributes.get<std::int64_t>("rank");
}

std::vector<TensorSpec> infer_same(const InferContext& context) { return {context.inputs[0]}; }

extern const OpDef reduce_to_op;

/// x [s] -> [s]; the gradients of all ranks go to the one whose value they have
constexpr OpDef broadcast_op{
    .name = "broadcast_from",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = infer_same,
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      return {add_node(reduce_to_op, {context.grads[0]}, Attributes(context.attributes()), {})};
    },
    .kernel = [](const KernelContext& context) -> Kernel {
      const std::size_t bytes = context.inputs[0].shape.num_bytes(context.inputs[0].dtype);
      std::vector<std::size_t> parts(
          static_cast<std::size_t>(context.attributes.get<std::int64_t>("size")), 0);
      parts[from(context.attributes)] = bytes;
      return collectives::collective_kernel(
          context,
          {.bytes = bytes,
           .make =
               [parts](Transport& transport, std::span<std::byte> memory, std::uint32_t tag) {
                 return std::make_unique<collectives::Share>(transport, memory, parts, tag);
               },
           .before = collectives::copy_in,
           .after = collectives::copy_out});
    },
    .group = collectives::group_of,
};

/// x [s] -> [s]: the sum of all ranks on one of them, 0 on the others
constexpr OpDef reduce_to_op{
    .name = "reduce_to",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = infer_same,
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      return {add_node(broadcast_op, {context.grads[0]}, Attributes(context.attributes()), {})};
    },
    .kernel = [](const KernelContext& context) -> Kernel {
      const TensorSpec& x = context.inputs[0];
      return collectives::collective_kernel(
          context, {.bytes = x.shape.num_bytes(x.dtype),
                    .make =
                        [dtype = x.dtype](Transport& transport, std::span<std::byte> memory,
                                          std::uint32_t tag) {
                          return std::make_unique<collectives::AllReduce>(transport, memory, dtype,
                                                                          Reduce::sum, tag);
                        },
                    .before = collectives::copy_in,
                    .after =
                        [wants = is_source(context.attributes)](const KernelArgs& args,
                                                                std::span<const std::byte> memory) {
                          if (wants) return collectives::copy_out(args, memory);
                          std::fill_n(args.output<std::byte>(), memory.size(), std::byte{0});
                        }});
    },
    .group = collectives::group_of,
};

}  // namespace

Output broadcast(const Output& x, int from_rank, const Communicator& group,
                 const NodeOptions& options) {
  if (from_rank < 0 || from_rank >= group.size())
    throw GraphError({.code = ErrorCode::invalid_argument,
                      .message = "rank " + std::to_string(from_rank) + " is none of a group of " +
                                 std::to_string(group.size()),
                      .cure = "give one from 0 to size - 1",
                      .op = "broadcast",
                      .node = std::string(options.name),
                      .where = options.where});
  if (group.size() == 1) return x;
  return add_node(broadcast_op, {x},
                  {{"group", group.id()},
                   {"rank", std::int64_t{group.rank()}},
                   {"size", std::int64_t{group.size()}},
                   {"from", std::int64_t{from_rank}}},
                  options);
}

}  // namespace deft
