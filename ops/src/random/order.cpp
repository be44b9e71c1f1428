#include "kernels/random/order.hpp"

#include <span>
#include <string>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "draw.hpp"
#include "operands.hpp"

namespace deft {
namespace {

/// step, positions i64 [s] -> i64 [s]
std::vector<TensorSpec> infer_order(const InferContext& context) {
  require_step(context);
  const TensorSpec& positions = context.inputs[1];
  if (positions.dtype != DType::i64)
    context.fail(
        ErrorCode::dtype_mismatch,
        "the positions are " + std::string(to_string(positions.dtype)) + ", but must be i64",
        "cast them");
  const auto count = context.attributes.get<std::int64_t>("count");
  if (count < 0)
    context.fail(ErrorCode::invalid_argument, "the count is " + std::to_string(count),
                 "give a count of at least 0");
  return {positions};
}

Kernel prepare(const KernelContext& context) {
  return random_order_kernel(context.attributes.get<std::int64_t>("count"),
                             key_of(context.attributes), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef random_order{
    .name = "random_order",
    .arity = {2, 2},
    .infer = infer_order,
    .gradient = zero_gradients,
    .kernel = prepare,
};

constexpr const OpDef* order_list[] = {&random_order};
extern constexpr std::span<const OpDef* const> order_ops = order_list;

}  // namespace builtin

namespace {

Output add_order(const Random& random, const Output& positions, std::int64_t count,
                 const Draw& draw, SourceLocation where) {
  return add_node(builtin::random_order, {random.step(), positions},
                  {{"count", count}, {"key", draw.key}}, {.name = draw.name, .where = where});
}

}  // namespace

Output random_permutation(const Random& random, std::int64_t count, const DrawOptions& options) {
  const Draw draw(random, "random_permutation", options);
  const Output positions = range(random.graph(), DType::i64, 0, count, 1,
                                 {.name = draw.name + "/positions", .where = options.where});
  return add_order(random, positions, count, draw, options.where);
}

Output random_order(const Random& random, const Output& positions, std::int64_t count,
                    const DrawOptions& options) {
  const Draw draw(random, builtin::random_order.name, options);
  return add_order(random, positions, count, draw, options.where);
}

std::vector<std::int64_t> random_order(const HostDraw& draw,
                                       std::span<const std::int64_t> positions,
                                       std::int64_t count) {
  const RandomKey key{static_cast<std::uint64_t>(draw.seed), stream_of(draw.stream)};
  std::vector<std::int64_t> order(positions.size());
  evaluate_order(key, static_cast<std::uint64_t>(draw.step), count, positions.data(), 0,
                 static_cast<std::int64_t>(positions.size()), order.data(), draw.where);
  return order;
}

}  // namespace deft
