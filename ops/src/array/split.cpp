#include <optional>
#include <span>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "axis.hpp"
#include "kernels/movement/concat.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace {

/// What a graph bears: an output costs memory before anything is computed.
constexpr std::int64_t most_parts = 65536;

void check_count(const InferContext& context, std::int64_t count) {
  if (count < 1 || count > most_parts)
    context.fail(ErrorCode::invalid_argument, std::to_string(count) + " parts are asked for",
                 "ask for 1 to " + std::to_string(most_parts));
}

/// x cut along `axis` into parts of these sizes, the sum of which must fit
std::vector<TensorSpec> parts_of(const InferContext& context, std::size_t axis,
                                 const std::vector<std::int64_t>& sizes) {
  const TensorSpec& x = context.inputs[0];
  std::vector<TensorSpec> parts;
  parts.reserve(sizes.size());
  for (const std::int64_t size : sizes) parts.push_back({x.dtype, with_dim(x.shape, axis, size)});
  const std::int64_t sum = sum_of_dims(context, parts, axis);
  const std::int64_t dim = x.shape.dims()[axis];
  if (dim != Shape::unknown && sum != Shape::unknown && dim != sum)
    context.fail(ErrorCode::shape_mismatch,
                 "dimension " + std::to_string(axis) + " of " + x.shape.to_string() + " is " +
                     std::to_string(dim) + ", but the sizes of the parts add up to " +
                     std::to_string(sum),
                 "give sizes of that sum");
  return parts;
}

std::vector<TensorSpec> equal_parts(const InferContext& context, std::size_t axis,
                                    std::int64_t count) {
  const TensorSpec& x = context.inputs[0];
  check_count(context, count);
  const std::int64_t dim = x.shape.dims()[axis];
  const bool is_known = dim != Shape::unknown;
  if (is_known && dim % count != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "dimension " + std::to_string(axis) + " of " + x.shape.to_string() + " is " +
                     std::to_string(dim) + " and cannot be cut into " + std::to_string(count) +
                     " equal parts",
                 "give the sizes of the parts");
  const Shape part = with_dim(x.shape, axis, is_known ? dim / count : Shape::unknown);
  return std::vector<TensorSpec>(static_cast<std::size_t>(count), {x.dtype, part});
}

/// x [..., n, ...] -> as many equal parts of it as the attribute "count" says, or parts of the
/// attribute "sizes"
std::vector<TensorSpec> infer_split(const InferContext& context) {
  const std::size_t axis = check_axis(context, context.inputs[0].shape.rank());
  if (context.attributes.find("count") != nullptr)
    return equal_parts(context, axis, context.attributes.get<std::int64_t>("count"));
  const auto& sizes = context.attributes.get<std::vector<std::int64_t>>("sizes");
  check_count(context, static_cast<std::int64_t>(sizes.size()));
  for (const std::int64_t size : sizes)
    if (size < 0)
      context.fail(ErrorCode::invalid_argument, "a part has the size " + std::to_string(size),
                   "a size is 0 or more");
  return parts_of(context, axis, sizes);
}

/// x [..., n, ...] and any number of likes [..., n_i, ...] -> [..., n_i, ...] each
std::vector<TensorSpec> infer_split_like(const InferContext& context) {
  const std::size_t rank = context.inputs[0].shape.rank();
  const std::size_t axis = check_axis(context, rank);
  std::vector<std::int64_t> sizes;
  for (const TensorSpec& like : context.inputs.subspan(1)) {
    if (like.shape.rank() != rank)
      context.fail(ErrorCode::shape_mismatch,
                   "x has the rank " + std::to_string(rank) + ", but input " +
                       std::to_string(sizes.size() + 1) + " " + std::to_string(like.shape.rank()),
                   "the parts have the rank of x");
    sizes.push_back(like.shape.dims()[axis]);
  }
  check_count(context, static_cast<std::int64_t>(sizes.size()));
  return parts_of(context, axis, sizes);
}

/// The gradients of all parts as one of x; of likes only the shapes matter.
std::vector<Output> gradient_split(const GradientContext& context) {
  std::vector<Output> grads(context.grads.begin(), context.grads.end());
  for (std::size_t i = 0; i < grads.size(); ++i)
    if (grads[i].is_empty()) grads[i] = zeros_like(context.outputs[i]);
  std::vector<Output> entries(context.inputs.size());
  entries[0] = concat(grads, context.attributes().get<std::int64_t>("axis"));
  return entries;
}

std::optional<Rewrite> simplify_split(const SimplifyContext& context) {
  if (context.self.outputs.size() != 1) return std::nullopt;
  return Rewrite{.inputs = {context.self.inputs[0]}};
}

Kernel prepare_split(const KernelContext& context) {
  return split_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()), context);
}

/// Dimension `axis` of x; nothing if there is no such dimension.
std::optional<std::int64_t> dim_of(const Output& x, std::int64_t axis) {
  if (!has_spec(x)) return std::nullopt;
  const auto dims = x.shape().dims();
  const auto rank = static_cast<std::int64_t>(dims.size());
  if (axis < -rank || axis >= rank) return std::nullopt;
  return dims[from_front(axis, dims.size())];
}

}  // namespace

namespace builtin {

extern constexpr OpDef split{
    .name = "split",
    .arity = {1, 1},
    .infer = infer_split,
    .gradient = gradient_split,
    .kernel = prepare_split,
    .simplify = simplify_split,
};

extern constexpr OpDef split_like{
    .name = "split_like",
    .arity = {2, Arity::unbounded},
    .infer = infer_split_like,
    .gradient = gradient_split,
    .kernel = prepare_split,
    .shape_only_inputs = ~1U,
    .simplify = simplify_split,
};

constexpr const OpDef* split_list[] = {&split, &split_like};
extern constexpr std::span<const OpDef* const> split_ops = split_list;

}  // namespace builtin

Parts::Parts(std::initializer_list<AnyInteger> sizes) {
  std::vector<std::int64_t> list;
  for (const AnyInteger& size : sizes) list.push_back(checked(size));
  value_ = std::move(list);
}

std::int64_t Parts::checked(const AnyInteger& number) {
  if (!number.fits())
    throw ValueError({.message = number.to_string() + " is no size of a part",
                      .cure = "a dimension fits in 63 bits",
                      .where = number.where()});
  return number.value();
}

std::vector<Output> split(const Output& x, const Parts& parts, std::int64_t axis,
                          const NodeOptions& options) {
  const auto* count = std::get_if<std::int64_t>(&parts.value());
  const Attributes::Entry cut =
      count != nullptr
          ? Attributes::Entry{"count", *count}
          : Attributes::Entry{"sizes", std::get<std::vector<std::int64_t>>(parts.value())};
  return add_node(builtin::split, {x}, {{"axis", axis}, cut}, options).all();
}

std::vector<Output> split_like(const Output& x, const std::vector<Output>& likes, std::int64_t axis,
                               const NodeOptions& options) {
  std::vector<Output> inputs{x};
  inputs.insert(inputs.end(), likes.begin(), likes.end());
  return add_node(builtin::split_like, inputs, {{"axis", axis}}, options).all();
}

/// Where there is no such dimension, the op says so.
std::vector<Output> unstack(const Output& x, std::int64_t axis, const NodeOptions& options) {
  const std::int64_t dim = dim_of(x, axis).value_or(1);
  if (dim == Shape::unknown)
    throw GraphError({.message = "dimension " + std::to_string(axis) + " of " +
                                 x.shape().to_string() +
                                 " is unknown, and so is the number of results",
                      .cure = "give the dimension in the graph, or use split",
                      .op = "unstack",
                      .node = std::string(options.name),
                      .operands = to_string(x.spec()),
                      .where = options.where});
  if (dim == 0) return {};
  std::vector<Output> layers = split(x, dim, axis, options);
  for (Output& layer : layers) layer = squeeze(layer, {axis}, {.where = options.where});
  return layers;
}

}  // namespace deft
