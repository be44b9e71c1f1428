#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

/// Over which axes a node reduces; none of them where it leaves its input as it is.
struct Reduced {
  std::vector<std::int64_t> axes;
  bool keep_dims = true;

  ReduceOptions options() const { return {.axes = axes, .keep_dims = keep_dims}; }
};

/// The axes are an attribute or, from `input_version` on, an input. Without any, all are meant,
/// unless the node says otherwise.
Reduced reduced(const NodeContext& node, std::int64_t input_version) {
  Reduced result{node.integers("axes", std::vector<std::int64_t>()), node.flag("keepdims", true)};
  if (node.version() >= input_version && node.has_input(1))
    result.axes = node.integers_input(1, "axes");
  const std::size_t rank = node.input(0).shape().rank();
  for (std::int64_t& axis : result.axes) axis = node.checked_axis(axis, rank);
  if (result.axes.empty() && !node.flag("noop_with_empty_axes", false))
    for (std::size_t i = 0; i < rank; ++i) result.axes.push_back(static_cast<std::int64_t>(i));
  return result;
}

bool is_over_nothing(const Output& x, const Reduced& over) {
  for (const std::int64_t axis : over.axes)
    if (x.shape()[static_cast<std::size_t>(axis)] == 0) return true;
  return false;
}

/// A reduction that deft refuses over an empty dimension, where it gives `of_nothing`.
template <class Reduce>
Output reduced_or(const Output& x, const Reduced& over, const Scalar& of_nothing,
                  const Reduce& reduce) {
  if (!is_over_nothing(x, over)) return reduce(x, over.options());
  return add(reduce_sum(x, over.options()), fill(x.graph(), x.dtype(), {}, of_nothing));
}

Scalar lowest(DType dtype) {
  if (is_floating(dtype)) return -std::numeric_limits<double>::infinity();
  if (dtype == DType::i64) return std::numeric_limits<std::int64_t>::min();
  return std::numeric_limits<std::int32_t>::min();
}

Scalar highest(DType dtype) {
  if (is_floating(dtype)) return std::numeric_limits<double>::infinity();
  if (dtype == DType::i64) return std::numeric_limits<std::int64_t>::max();
  return std::numeric_limits<std::int32_t>::max();
}

Output largest(const Output& x, const Reduced& over) {
  if (x.dtype() == DType::boolean) return reduce_any(x, over.options());
  return reduced_or(x, over, lowest(x.dtype()), reduce_max);
}

Output smallest(const Output& x, const Reduced& over) {
  if (x.dtype() == DType::boolean) return reduce_all(x, over.options());
  return reduced_or(x, over, highest(x.dtype()), reduce_min);
}

/// The quotient is truncated, as NumPy's conversion of a mean is.
Output mean(const Output& x, const Reduced& over) {
  if (is_floating(x.dtype())) return reduce_mean(x, over.options());
  const Output sum = reduce_sum(as_dtype(x, DType::i64), over.options());
  return as_dtype(div(sum, size(x, over.axes)), x.dtype());
}

Output sum(const Output& x, const Reduced& over) { return reduce_sum(x, over.options()); }

Output product(const Output& x, const Reduced& over) { return reduce_prod(x, over.options()); }

Output sum_of_squares(const Output& x, const Reduced& over) {
  return reduce_sum(square(x), over.options());
}

Output l1(const Output& x, const Reduced& over) { return reduce_sum(abs(x), over.options()); }

/// f(x) of a floating dtype; of integers computed in f64 and truncated.
template <class F>
Output floating(const Output& x, const F& f) {
  return is_floating(x.dtype()) ? f(x) : cast(f(cast(x, DType::f64)), x.dtype());
}

Output l2(const Output& x, const Reduced& over) {
  return floating(x, [&](const Output& v) {
    return norm(v, {.ord = 2, .axes = over.axes, .keep_dims = over.keep_dims});
  });
}

Output log_of_sum(const Output& x, const Reduced& over) {
  return floating(x, [&](const Output& v) { return log(reduce_sum(v, over.options())); });
}

Output log_of_sum_of_exp(const Output& x, const Reduced& over) {
  return floating(
      x, [&](const Output& v) { return reduced_or(v, over, lowest(v.dtype()), logsumexp); });
}

/// An extreme, of u64 too, which ordered() turns into i64 and back.
template <Output (*reduce)(const Output&, const Reduced&)>
std::vector<Output> import_extreme(const NodeContext& node) {
  const Reduced over = reduced(node, 18);
  const Output x = node.input(0);
  if (x.dtype() != DType::u64) return {like(reduce(widened(x), over), x)};
  const Output extreme = ordered(cast(reduce(ordered(x), over), DType::u64));
  return {cast(extreme, DType::u64)};
}

template <Output (*reduce)(const Output&, const Reduced&), std::int64_t input_version = 18>
std::vector<Output> import_reduction(const NodeContext& node) {
  const Reduced over = reduced(node, input_version);
  return {widened(node.input(0), [&](const Output& x) { return reduce(x, over); })};
}

constexpr std::array reductions{
    OpImport{"ReduceSum", import_reduction<sum, 13>, 1},
    OpImport{"ReduceMean", import_reduction<mean>, 1},
    OpImport{"ReduceMax", import_extreme<largest>, 1},
    OpImport{"ReduceMin", import_extreme<smallest>, 1},
    OpImport{"ReduceProd", import_reduction<product>, 1},
    OpImport{"ReduceSumSquare", import_reduction<sum_of_squares>, 1},
    OpImport{"ReduceL1", import_reduction<l1>, 1},
    OpImport{"ReduceL2", import_reduction<l2>, 1},
    OpImport{"ReduceLogSum", import_reduction<log_of_sum>, 1},
    OpImport{"ReduceLogSumExp", import_reduction<log_of_sum_of_exp>, 1},
};

}  // namespace

std::span<const OpImport> reduction_ops() { return reductions; }

}  // namespace deft::onnx
