#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

/// Indices, of which ONNX counts negative ones from the end of what is `sizes` long. Known ones are
/// made positive here.
Output from_front(const NodeContext& node, const Output& indices, const Output& sizes) {
  const std::optional<Tensor> known = node.known(indices);
  if (known && std::ranges::none_of(known->to<std::int64_t>(), [](auto i) { return i < 0; }))
    return indices;
  const Output positive = where(indices < 0, indices + like(sizes, indices), indices);
  const std::optional<Tensor> value = node.known(positive);
  return value ? constant(node.graph(), *value) : positive;
}

/// Indices along an axis of x.
Output along(const NodeContext& node, const Output& indices, const Output& x, std::int64_t axis) {
  return from_front(node, indices, size(x, {axis}));
}

/// Tuples of indices of the dimensions of x from `first` on.
Output tuples(const NodeContext& node, const Output& indices, const Output& x, std::int64_t first) {
  const std::size_t rank = indices.shape().rank();
  const std::int64_t length = rank == 0 ? Shape::unknown : indices.shape()[rank - 1];
  if (length == Shape::unknown)
    node.refuse("its indices, " + to_string(indices.spec()) +
                ", must have a last dimension that is known");
  return from_front(node, indices, slice(shape(x), 0, {first, first + length}));
}

std::int64_t axis_of(const NodeContext& node, const Output& x) {
  return node.checked_axis(node.integer("axis", 0), x.shape().rank());
}

std::vector<Output> import_gather(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t axis = axis_of(node, x);
  return {gather(x, along(node, node.input(1), x, axis), {.axis = axis})};
}

std::vector<Output> import_gather_elements(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t axis = axis_of(node, x);
  return {gather_elements(x, along(node, node.input(1), x, axis), axis)};
}

std::vector<Output> import_gather_nd(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t batch = node.version() >= 12 ? node.integer("batch_dims", 0) : 0;
  return {gather_nd(x, tuples(node, node.input(1), x, batch), batch)};
}

ScatterReduction reduction_of(const NodeContext& node) {
  const std::string name = node.text("reduction", "none");
  if (name == "none") return ScatterReduction::update;
  if (name == "add") return ScatterReduction::add;
  if (name == "mul") return ScatterReduction::multiply;
  if (name == "max") return ScatterReduction::maximum;
  if (name == "min") return ScatterReduction::minimum;
  node.refuse("deft does not know its reduction \"" + name + '"');
}

/// What is only moved stays as it is; what is combined is computed. u64 is not, by extremes.
template <class Scatter>
Output scattered(const NodeContext& node, const Scatter& scatter) {
  const Output x = node.input(0), updates = node.input(2);
  const ScatterReduction reduction = reduction_of(node);
  if (reduction == ScatterReduction::update) return scatter(x, updates, reduction);
  if (x.dtype() == DType::u64) node.refuse("deft does not combine u64; cast it to i64 before it");
  return like(scatter(widened(x), widened(updates), reduction), x);
}

std::vector<Output> import_scatter_elements(const NodeContext& node) {
  const Output of = node.input(0);
  const std::int64_t axis = axis_of(node, of);
  const Output indices = along(node, node.input(1), of, axis);
  return {scattered(node, [&](const Output& x, const Output& updates, ScatterReduction reduction) {
    return scatter_elements(x, indices, updates, axis, reduction);
  })};
}

std::vector<Output> import_scatter_nd(const NodeContext& node) {
  const Output indices = tuples(node, node.input(1), node.input(0), 0);
  return {scattered(node, [&](const Output& x, const Output& updates, ScatterReduction reduction) {
    return scatter_nd_reduce(x, indices, updates, reduction);
  })};
}

/// `x` under a shape of ones but for `axis`.
Output alone_on(std::int64_t axis, std::size_t rank, const Output& x) {
  std::vector<std::int64_t> dims(rank, 1);
  dims[static_cast<std::size_t>(axis)] = x.shape()[0];
  return reshape(x, Shape(dims));
}

/// Updates [batch, ..., length, ...] go to the positions from write_indices [batch] on.
std::vector<Output> import_tensor_scatter(const NodeContext& node) {
  const Output x = node.input(0), updates = node.input(1);
  const std::string mode = node.text("mode", "linear");
  if (mode != "linear" && mode != "circular")
    node.refuse("its mode is \"" + mode + "\", which is neither linear nor circular");
  const std::size_t rank = x.shape().rank();
  const std::int64_t axis = node.checked_axis(node.integer("axis", -2), rank);
  if (updates.shape().rank() != rank)
    node.refuse("its update is " + to_string(updates.spec()) + ", but the cache " +
                to_string(x.spec()));
  Output positions = alone_on(axis, rank, range_like(updates, axis));
  if (node.has_input(2)) {
    const Output begins = node.input(2);
    if (begins.shape().rank() != 1)
      node.refuse("its write_indices are " + to_string(begins.spec()) + ", but must be a vector");
    positions = alone_on(0, rank, as_dtype(begins, DType::i64)) + positions;
  }
  if (mode == "circular") positions = floor_mod(positions, size(x, {axis}));
  return {update_along_axis(x, broadcast_like(positions, updates), updates, axis)};
}

/// Indices may be of any numbers; those out of range are off everywhere.
std::vector<Output> import_one_hot(const NodeContext& node) {
  const std::int64_t depth = node.single_input(1, "depth").to<std::int64_t>().at(0);
  const Output values = node.input(2);
  if (values.shape() != Shape{2})
    node.refuse("its values are " + to_string(values.spec()) + ", but must be two");
  const Output indices = as_dtype(node.input(0), DType::i64);
  const Output positive = where(indices < 0, indices + depth, indices);
  const Output mask = one_hot(positive, depth,
                              {.dtype = DType::boolean,
                               .on = true,
                               .off = false,
                               .axis = node.integer("axis", -1),
                               .out_of_range = OutOfRange::zeros});
  const std::vector<Output> off_on = unstack(values);
  return {where(mask, off_on[1], off_on[0])};
}

constexpr std::array indexing{
    OpImport{"Gather", import_gather},
    OpImport{"GatherElements", import_gather_elements, 11},
    OpImport{"GatherND", import_gather_nd, 11},
    OpImport{"Scatter", import_scatter_elements, 9},
    OpImport{"ScatterElements", import_scatter_elements, 11},
    OpImport{"ScatterND", import_scatter_nd, 11},
    OpImport{"TensorScatter", import_tensor_scatter, 24},
    OpImport{"OneHot", import_one_hot, 9},
};

}  // namespace

std::span<const OpImport> indexing_ops() { return indexing; }

}  // namespace deft::onnx
