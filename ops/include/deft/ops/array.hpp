#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/axes.hpp>
#include <deft/ops/operand.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

/// A value that is part of the graph.
Output constant(const Graph& graph, Tensor value, const NodeOptions& options = {});

/// A value that the caller of a run feeds; dimensions may be unknown.
Output placeholder(const Graph& graph, DType dtype, const Shape& shape,
                   const NodeOptions& options = {});

/// Tensors of one repeated value. The shape must be fully defined. `fill` takes integers exactly,
/// those beyond 2^53 too, and throws GraphError if the dtype has no such value: 0.5 as i32, 2^53 +
/// 1 as f64.
Output zeros(const Graph& graph, DType dtype, const Shape& shape, const NodeOptions& options = {});
Output ones(const Graph& graph, DType dtype, const Shape& shape, const NodeOptions& options = {});
Output fill(const Graph& graph, DType dtype, const Shape& shape, const Scalar& value,
            const NodeOptions& options = {});

/// start, start + step, start + 2 step, ..., as far as that lies before `stop` (beyond it, if step
/// is negative): [n], a numeric dtype. Element i of a floating dtype is start + i step in f64,
/// rounded once; integers are exact. As with NumPy's arange, rounding of a floating step may let in
/// `stop` itself: prefer linspace there.
Output range(const Graph& graph, DType dtype, const Scalar& start, const Scalar& stop,
             const Scalar& step = 1, const NodeOptions& options = {});

/// The positions 0, 1, ..., n - 1 along dimension `axis` of `like`, which is n long and is not
/// computed: i64[n].
Output range_like(const Output& like, std::int64_t axis, const NodeOptions& options = {});

/// `count` numbers evenly spaced from `start` to `stop`, both included: [count], a floating dtype.
/// One number is `start`.
Output linspace(const Graph& graph, DType dtype, double start, double stop, std::int64_t count,
                const NodeOptions& options = {});

/// Zeros or ones with the dtype and shape of `x`; `x` itself is not computed.
Output zeros_like(const Output& x, const NodeOptions& options = {});
Output ones_like(const Output& x, const NodeOptions& options = {});

/// `x` itself.
Output identity(const Output& x, const NodeOptions& options = {});

/// `x`, through which no gradient flows.
Output stop_gradient(const Output& x, const NodeOptions& options = {});

/// The elements of `x` in row-major order under another shape. One dimension may be Shape::unknown:
/// it is inferred.
Output reshape(const Output& x, const Shape& shape, const NodeOptions& options = {});

/// `x` repeated to `shape` under NumPy's broadcasting rules.
Output broadcast_to(const Output& x, const Shape& shape, const NodeOptions& options = {});

/// Inserts a dimension of 1 at `axis`, -rank-1 <= axis <= rank.
Output expand_dims(const Output& x, std::int64_t axis, const NodeOptions& options = {});

/// Removes dimensions of 1: those in `axes`, by default all that are known to be 1.
Output squeeze(const Output& x, const Axes& axes = {}, const NodeOptions& options = {});

/// Permutes dimensions: dimension i of the result is dimension permutation[i] of `x`. By default
/// reverses their order.
Output transpose(const Output& x, const Axes& permutation = {}, const NodeOptions& options = {});

/// `x` converted to `dtype`, from and to any. Floating to integer truncates toward zero, saturates
/// at the limits and takes NaN to 0; an integer out of range wraps; anything to bool is `x != 0`;
/// to a floating dtype rounds once, to the nearest, of two equally near to the one whose last bit
/// is 0, and what is too large becomes infinity. Between floating dtypes, f16 and bf16 among them,
/// the gradient is cast back to the dtype of `x`; through others none flows.
Output cast(const Output& x, DType dtype, const NodeOptions& options = {});

/// The dimensions of `x` as i64[rank]; `x` itself is not computed.
Output shape(const Output& x, const NodeOptions& options = {});

/// The product of the dimensions `axes` of `x`, by default its number of elements, as an i64
/// scalar; `x` itself is not computed.
Output size(const Output& x, const Axes& axes = {}, const NodeOptions& options = {});

/// `x` under the shape of `like`, which itself is not computed: reshaped (same number of elements);
/// repeated by broadcasting; or summed over the dimensions along which `like` would be broadcast to
/// `x`. For shapes that are known only in a run.
Output reshape_like(const Output& x, const Output& like, const NodeOptions& options = {});
Output broadcast_like(const Output& x, const Output& like, const NodeOptions& options = {});
Output sum_like(const Output& x, const Output& like, const NodeOptions& options = {});

/// `x` where `condition` (bool) holds, else `y`, element by element with broadcasting.
///
/// Both are computed everywhere, and so are their gradients. Where the one not taken is no number,
/// the gradient is none either: that of `where(x > 0, log(x), 0)` at 0 is 0 * (1 / 0), NaN. The
/// cure is to replace the operand before the function, as where_safe does.
Output where(const Output& condition, const Operand& x, const Operand& y,
             const NodeOptions& options = {});

/// Optional arguments of where_safe.
struct WhereSafeOptions {
  Scalar safe = 1;  // an operand for which the function and its derivative are finite
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// f(x) where `condition` (bool) holds, else `otherwise`, with finite gradients whatever x is where
/// it does not hold: there f, which is an elementwise function made of public operations, sees
/// `safe` in place of x.
///
///     where_safe(x > 0, x, [](const Output& v) { return log(v); }, 0)
///
/// is where(x > 0, log(where(x > 0, x, 1)), 0).
Output where_safe(const Output& condition, const Output& x,
                  const std::function<Output(const Output&)>& f, const Operand& otherwise,
                  const WhereSafeOptions& options = {});

}  // namespace deft
