#include <deft/ops/indexing.hpp>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

/// A batch is taken for its last dimension alone: element [b..., i] is x[b..., indices[b..., i]].
std::vector<Output> gather_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  const Output& indices = context.input(1);
  const std::int64_t axis = context.num_inputs() > 2 ? context.integer(2) : 0;
  const std::int64_t batch_dims = context.integer("batch_dims", 0);
  if (batch_dims == 0) return {gather(x, indices, {.axis = axis, .name = context.name()})};
  const auto last = static_cast<std::int64_t>(x.shape().rank()) - 1;
  if (batch_dims != last || axis != last || indices.shape().rank() != x.shape().rank())
    context.refuse("its batch_dims are " + std::to_string(batch_dims) +
                   ", which deft has for the last axis alone");
  return {take_along_axis(x, indices, axis, context.options())};
}

std::vector<Output> gather_nd_handler(const NodeContext& context) {
  return {gather_nd(context.input(0), context.input(1), context.options())};
}

std::vector<Output> scatter_nd_handler(const NodeContext& context) {
  return {scatter_nd(context.input(0), context.input(1), context.shape(2), context.options())};
}

std::vector<Output> tensor_scatter_handler(const NodeContext& context) {
  return {scatter_nd_add(context.input(0), context.input(1), context.input(2), context.options())};
}

/// Indices out of range are on nowhere, as TensorFlow has it.
std::vector<Output> one_hot_handler(const NodeContext& context) {
  return {one_hot(context.input(0), context.integer(1),
                  {.dtype = context.dtype("T"),
                   .on = context.scalar(2),
                   .off = context.scalar(3),
                   .axis = context.integer("axis", -1),
                   .out_of_range = OutOfRange::zeros,
                   .name = context.name()})};
}

/// data [s..., d...], segments [s...] -> [count, d...]: sums of what has the same number. A
/// negative number drops its row in TensorFlow, and fails the run here.
std::vector<Output> unsorted_segment_sum(const NodeContext& context) {
  const Output& data = context.input(0);
  const std::size_t segments = context.input(1).shape().rank();
  std::vector<std::int64_t> dims{context.integer(2)};
  for (std::size_t i = segments; i < data.shape().rank(); ++i) dims.push_back(data.shape()[i]);
  const Shape shape(dims);
  if (!shape.is_fully_defined()) context.refuse("its result has unknown dimensions");
  const Output none = context.inside([&] { return zeros(context.graph(), data.dtype(), shape); });
  return {scatter_add(none, context.input(1), data, {.name = context.name()})};
}

constexpr OpHandler handlers[] = {
    {"Gather", gather_handler},
    {"GatherNd", gather_nd_handler},
    {"GatherV2", gather_handler},
    {"OneHot", one_hot_handler},
    {"ScatterNd", scatter_nd_handler},
    {"TensorScatterAdd", tensor_scatter_handler},
    {"UnsortedSegmentSum", unsorted_segment_sum},
};

}  // namespace

constinit const OpHandlers indexing_handlers = handlers;

}  // namespace deft::tensorflow
