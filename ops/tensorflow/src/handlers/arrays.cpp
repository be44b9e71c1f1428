#include <algorithm>

#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/movement.hpp>

#include "data_types.hpp"
#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

/// What is read of a variable is a node of its own, which has the value where it stands; a handle
/// of a variable is handed on as it is.
std::vector<Output> identity_handler(const NodeContext& context) {
  const auto* const type = context.node().get<TypeDef>("T");
  if (type != nullptr && type->number == resource_type) return {context.input(0)};
  return {identity(context.input(0), context.options())};
}

std::vector<Output> identities_handler(const NodeContext& context) {
  std::vector<Output> outputs;
  context.inside([&] {
    for (const Output& x : context.inputs(0, context.num_inputs())) outputs.push_back(identity(x));
  });
  return outputs;
}

std::vector<Output> stop_gradient_handler(const NodeContext& context) {
  return {stop_gradient(context.input(0), context.options())};
}

std::vector<Output> check_numerics_handler(const NodeContext& context) {
  const Output check =
      context.inside([&] { return check_finite({context.input(0)}, {.what = {context.name()}}); });
  const ControlDependencies after(context.graph(), {check});
  return {identity(context.input(0), context.options())};
}

std::vector<Output> reshape_handler(const NodeContext& context) {
  return {reshape(context.input(0), context.shape(1), context.options())};
}

std::vector<Output> expand_dims_handler(const NodeContext& context) {
  return {expand_dims(context.input(0), context.integer(1), context.options())};
}

std::vector<Output> squeeze_handler(const NodeContext& context) {
  const std::vector<std::int64_t> axes = context.integers("squeeze_dims", {});
  return {squeeze(context.input(0), axes.empty() ? Axes() : Axes(axes), context.options())};
}

std::vector<Output> transpose_handler(const NodeContext& context) {
  return {transpose(context.input(0), context.integers(1), context.options())};
}

std::vector<Output> concat_handler(const NodeContext& context) {
  const bool is_first = context.node().op == "Concat";  // whether the axis comes first
  const std::size_t count = context.num_inputs() - (context.num_inputs() == 0 ? 0 : 1);
  return {concat(context.inputs(is_first ? 1 : 0, is_first ? count + 1 : count),
                 context.integer(is_first ? 0 : count), context.options())};
}

std::vector<Output> pack_handler(const NodeContext& context) {
  return {stack(context.inputs(0, context.num_inputs()), context.integer("axis", 0),
                context.options())};
}

std::vector<Output> unpack_handler(const NodeContext& context) {
  return unstack(context.input(0), context.integer("axis", 0), context.options());
}

std::vector<Output> split_handler(const NodeContext& context) {
  return split(context.input(1), context.integer("num_split"), context.integer(0),
               context.options());
}

std::vector<Output> split_sizes_handler(const NodeContext& context) {
  const std::int64_t axis = context.integer(2);
  std::vector<std::int64_t> sizes = context.integers(1);
  const Shape& shape = context.input(0).shape();
  const auto at =
      static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(shape.rank()) : axis);
  if (at >= shape.rank())
    context.refuse("axis " + std::to_string(axis) + " is none of " + shape.to_string());
  const auto rest = std::ranges::find(sizes, -1);  // what the others leave
  if (rest != sizes.end()) {
    if (shape[at] == Shape::unknown) context.refuse("a size is -1 of an unknown dimension");
    *rest = 0;
    std::int64_t left = shape[at];
    for (const std::int64_t size : sizes) {
      if (size < 0 || size > left)
        context.refuse("its sizes are no parts of dimension " + std::to_string(axis) + " of " +
                       shape.to_string());
      left -= size;
    }
    *rest = left;
  }
  return split(context.input(0), sizes, axis, context.options());
}

std::vector<Output> tile_handler(const NodeContext& context) {
  return {tile(context.input(0), context.integers(1), context.options())};
}

std::vector<Output> fill_handler(const NodeContext& context) {
  return {broadcast_to(context.input(1), context.shape(0), context.options())};
}

std::vector<Output> broadcast_handler(const NodeContext& context) {
  return {broadcast_to(context.input(0), context.shape(1), context.options())};
}

std::vector<Output> zeros_like_handler(const NodeContext& context) {
  return {zeros_like(context.input(0), context.options())};
}

std::vector<Output> ones_like_handler(const NodeContext& context) {
  return {ones_like(context.input(0), context.options())};
}

std::vector<Output> reverse_handler(const NodeContext& context) {
  return {reverse(context.input(0), context.integers(1), context.options())};
}

constexpr OpHandler handlers[] = {
    {"BroadcastTo", broadcast_handler},
    {"CheckNumerics", check_numerics_handler, true},
    {"Concat", concat_handler},
    {"ConcatV2", concat_handler},
    {"ExpandDims", expand_dims_handler},
    {"Fill", fill_handler},
    {"Identity", identity_handler},
    {"IdentityN", identities_handler},
    {"OnesLike", ones_like_handler},
    {"Pack", pack_handler},
    {"PreventGradient", identity_handler},
    {"Reshape", reshape_handler},
    {"ReverseV2", reverse_handler},
    {"Snapshot", identity_handler},
    {"Split", split_handler},
    {"SplitV", split_sizes_handler},
    {"Squeeze", squeeze_handler},
    {"StopGradient", stop_gradient_handler},
    {"Tile", tile_handler},
    {"Transpose", transpose_handler},
    {"Unpack", unpack_handler},
    {"ZerosLike", zeros_like_handler},
};

}  // namespace

constinit const OpHandlers array_handlers = handlers;

}  // namespace deft::tensorflow
