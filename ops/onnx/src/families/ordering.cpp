#include <array>
#include <cstddef>
#include <cstdint>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

using ArgExtreme = Output (*)(const Output&, std::int64_t, const ArgExtremeOptions&);

/// The last of equal extremes is the first one from behind.
template <ArgExtreme function>
std::vector<Output> import_arg_extreme(const NodeContext& node) {
  const Output x = ordered(node.input(0));
  const std::int64_t axis = node.checked_axis(node.integer("axis", 0), x.shape().rank());
  const ArgExtremeOptions options{.keep_dims = node.flag("keepdims", true)};
  if (!node.flag("select_last_index", false)) return {function(x, axis, options)};
  return {size(x, {axis}) - 1 - function(reverse(x, {axis}), axis, options)};
}

/// k is an attribute before version 10.
std::int64_t count_of(const NodeContext& node) {
  return node.version() < 10 ? node.integer("k")
                             : node.single_input(1, "k").to<std::int64_t>().at(0);
}

/// What need not be sorted is sorted all the same.
std::vector<Output> import_top_k(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t axis = node.checked_axis(node.integer("axis", -1), x.shape().rank());
  const std::int64_t k = count_of(node);
  const bool largest = node.flag("largest", true);
  if (largest && is_numeric(x.dtype())) {
    const auto [values, indices] = top_k(x, k, {.axis = axis});
    return {values, indices};
  }
  const std::int64_t length = x.shape()[static_cast<std::size_t>(axis)];
  if (k < 0 || (length != Shape::unknown && k > length))
    node.refuse("its k is " + std::to_string(k) + ", but dimension " + std::to_string(axis) +
                " of its input " + to_string(x.spec()));
  const Output order = argsort(x, {.axis = axis, .descending = largest});
  const Output indices = slice(order, axis, {0, k});
  return {gather_elements(x, indices, axis), indices};
}

using Cumulative = Output (*)(const Output&, std::int64_t, const CumulativeOptions&);

template <Cumulative function>
std::vector<Output> import_cumulative(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t axis = node.single_input(1, "axis").to<std::int64_t>().at(0);
  return {like(function(widened(x), node.checked_axis(axis, x.shape().rank()),
                        {.exclusive = node.flag("exclusive", false),
                         .reverse = node.flag("reverse", false)}),
               x)};
}

constexpr std::array orderings{
    OpImport{"ArgMax", import_arg_extreme<argmax>},
    OpImport{"ArgMin", import_arg_extreme<argmin>},
    OpImport{"TopK", import_top_k},
    OpImport{"CumSum", import_cumulative<cumsum>, 11},
    OpImport{"CumProd", import_cumulative<cumprod>, 26},
};

}  // namespace

std::span<const OpImport> ordering_ops() { return orderings; }

}  // namespace deft::onnx
