#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/op_def.hpp>

namespace deft {

/// The shape of an elementwise result under NumPy's rules: aligned at the last dimension, a 1 is
/// repeated. An unknown dimension against d > 1 gives d; against 1 or unknown it stays unknown.
/// `what` names the shapes if they are refused.
Shape broadcast_shapes(const InferContext& context, const Shape& a, const Shape& b,
                       const char* what = "the shapes");

/// What is known of `target` when `shape` broadcasts to it: unknown dimensions of `target` become
/// those of `shape` that are over 1. Refused if `shape` does not broadcast to `target`.
Shape broadcast_onto(const InferContext& context, const Shape& shape, const Shape& target);

/// `axes` counted from the front, in the order given. Refused if out of range or repeated.
std::vector<std::size_t> normalize_axes(const InferContext& context,
                                        std::span<const std::int64_t> axes, std::size_t rank);

/// The attribute "axes", all dimensions if there is none, checked as normalize_axes does.
AxisSet check_axes(const InferContext& context, std::size_t rank);

/// The attribute "axes" once it has been checked.
AxisSet axis_set(const Attributes& attributes, std::size_t rank);

/// The attribute "axis" of an operand of this rank, counted from the front. Refused if out of
/// range.
std::size_t check_axis(const InferContext& context, std::size_t rank);

/// Refused if no rank is higher.
void require_higher_rank(const InferContext& context, std::size_t rank);

/// As check_axis, of the dimension that a result has and its operand, of this rank, has not: 0 to
/// `rank`. Refused too if no rank is higher.
std::size_t check_new_axis(const InferContext& context, std::size_t rank);

/// `axis`, in range and perhaps negative, counted from the front.
std::size_t from_front(std::int64_t axis, std::size_t rank);

/// The attribute "axis" of a tensor of this rank, once it has been checked.
std::size_t axis_of(const Attributes& attributes, std::size_t rank);

/// `shape` with `dim` as its dimension `axis`.
Shape with_dim(const Shape& shape, std::size_t axis, std::int64_t dim);

/// The dimensions of `from` along which `to`, which broadcasts to `from`, would be repeated.
AxisSet repeated_axes(const Shape& from, const Shape& to);

// Dtype rules. Each refuses what it does not allow.
void require_same_dtype(const InferContext& context, std::size_t first = 0);
void require_numeric(const InferContext& context, std::size_t count = ~std::size_t{0});
void require_floating(const InferContext& context);

// Whole shape rules: x [s] -> [s], of a numeric or a floating dtype.
std::vector<TensorSpec> infer_numeric(const InferContext& context);
std::vector<TensorSpec> infer_floating(const InferContext& context);

/// Shape rule: x [a], y [b] -> [broadcast of a and b], of one numeric dtype.
std::vector<TensorSpec> infer_binary(const InferContext& context);

/// The shape must be fully defined, which `what` (such as "a tensor of zeros") needs.
void require_known(const InferContext& context, const Shape& shape, std::string_view what);

}  // namespace deft
