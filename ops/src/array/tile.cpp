#include <algorithm>
#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "identities.hpp"
#include "kernels/movement/arrangement.hpp"

namespace deft {
namespace {

using Integers = std::vector<std::int64_t>;

/// x [n_i] -> [r_i n_i] for the attribute "repetitions" r
std::vector<TensorSpec> infer_tile(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const auto& repetitions = context.attributes.get<Integers>("repetitions");
  if (repetitions.size() != x.shape.rank())
    context.fail(ErrorCode::invalid_argument,
                 std::to_string(repetitions.size()) + " repetitions are given, but the rank is " +
                     std::to_string(x.shape.rank()),
                 "give a number for each dimension, 1 where nothing is repeated");
  Integers dims;
  for (std::size_t i = 0; i < repetitions.size(); ++i) {
    const std::int64_t dim = x.shape.dims()[i];
    if (repetitions[i] < 0)
      context.fail(ErrorCode::invalid_argument,
                   "dimension " + std::to_string(i) + " is to be repeated " +
                       std::to_string(repetitions[i]) + " times",
                   "a number of repetitions is 0 or more");
    std::int64_t product = Shape::unknown;
    if (dim != Shape::unknown && __builtin_mul_overflow(dim, repetitions[i], &product))
      context.fail(ErrorCode::overflow,
                   std::to_string(repetitions[i]) + " times the dimension " + std::to_string(dim) +
                       " does not fit in 63 bits",
                   "make it smaller");
    dims.push_back(product);
  }
  return {{x.dtype, Shape(dims)}};
}

/// dy, which repeats x `count` times along dimension `axis` and as `repetitions` say along those
/// behind it, summed over these times. Dimensions that are known only in a run cannot be reshaped
/// but like others: [.., count, n, ..] is the shape of a tile that nobody computes. At the highest
/// rank there is none, and the repetitions are added one by one.
Output summed(const Output& dy, const Output& x, std::size_t axis, Integers repetitions) {
  const auto signed_axis = static_cast<std::int64_t>(axis);
  if (repetitions.size() == Shape::max_rank)
    return add_n(split(dy, repetitions[axis], signed_axis));
  std::fill_n(repetitions.begin(), axis, 1);
  repetitions.insert(repetitions.begin() + signed_axis + 1, 1);
  const Output apart = reshape_like(dy, tile(expand_dims(x, signed_axis), repetitions));
  return reduce_sum(apart, {.axes = {signed_axis}});
}

/// dy [r_i n_i] -> [n_i], one dimension after the other
std::vector<Output> gradient_tile(const GradientContext& context) {
  const auto& repetitions = context.attributes().get<Integers>("repetitions");
  if (std::ranges::count(repetitions, 0) > 0) return {zeros_like(context.inputs[0])};
  Output grad = context.grads[0];
  for (std::size_t i = 0; i < repetitions.size(); ++i)
    if (repetitions[i] != 1) grad = summed(grad, context.inputs[0], i, repetitions);
  return {grad};
}

Kernel prepare_tile(const KernelContext& context) {
  const std::size_t rank = context.inputs[0].shape.rank();
  std::vector<AxisMap> axes;
  axes.reserve(rank);
  for (std::size_t i = 0; i < rank; ++i)
    axes.push_back({.rule = AxisMap::Rule::wrap,
                    .in = context.inputs[0].shape.dims()[i],
                    .out = context.outputs[0].shape.dims()[i]});
  return arrangement_kernel(axes, Tensor::zeros(context.outputs[0].dtype, {}), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef tile{
    .name = "tile",
    .arity = {1, 1},
    .infer = infer_tile,
    .gradient = gradient_tile,
    .kernel = prepare_tile,
    .simplify = forward_same,
};

constexpr const OpDef* tile_list[] = {&tile};
extern constexpr std::span<const OpDef* const> tile_ops = tile_list;

}  // namespace builtin

Output tile(const Output& x, const Integers& repetitions, const NodeOptions& options) {
  return add_node(builtin::tile, {x}, {{"repetitions", repetitions}}, options);
}

}  // namespace deft
