#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

// Elements named by indices, i32 or i64. An index is in [0, size): any other, a negative one too,
// fails the run with its position, its value and the bound. No gradient flows to indices; what
// flows to the tensor that they index is what was taken, added back to where it was taken from.
//
// Where several updates go to one element they are added in their order, in the arithmetic of the
// dtype: f32 in f32; integers wrap. The result is the same for any number of threads.

/// Optional arguments of gather and scatter_add.
struct GatherOptions {
  std::int64_t axis = 0;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The parts of `x` along `axis` that `indices` [i...] name: x [a..., n, b...] gives
/// [a..., i..., b...]. Any dtype. With axis 0 and a matrix x: its rows `indices`.
Output gather(const Output& x, const Output& indices, const GatherOptions& options = {});

/// `x` [a..., n, b...] with `updates` [a..., i..., b...] added to the parts that gather would take.
/// Numeric dtypes.
Output scatter_add(const Output& x, const Output& indices, const Output& updates,
                   const GatherOptions& options = {});

/// The parts of `x` that tuples of indices name, of which the last dimension of `indices` holds one
/// each: indices [i..., k] and x [n_1, ..., n_k, b...] give [i..., b...]. k must be known. Any
/// dtype.
Output gather_nd(const Output& x, const Output& indices, const NodeOptions& options = {});

/// `x` [n_1, ..., n_k, b...] with `updates` [i..., b...] added to the parts that gather_nd would
/// take. Numeric dtypes.
Output scatter_nd_add(const Output& x, const Output& indices, const Output& updates,
                      const NodeOptions& options = {});

/// As scatter_nd_add, into zeros of `shape`, which must be fully defined.
Output scatter_nd(const Output& indices, const Output& updates, const Shape& shape,
                  const NodeOptions& options = {});

/// The elements of `x` that `indices` name along `axis`: element [i, j] of the result is
/// x[i, indices[i, j]] for axis 1. Both have the same rank, and broadcast along the other
/// dimensions. Any dtype. As NumPy's, so that take_along_axis(x, argsort(x), -1) is sorted.
Output take_along_axis(const Output& x, const Output& indices, std::int64_t axis,
                       const NodeOptions& options = {});

/// `x` with `updates` added to the elements that take_along_axis would take, which are as many.
/// Where a dimension of 1 of x would be repeated, what goes to the repetitions goes to the one.
/// Numeric dtypes.
Output add_along_axis(const Output& x, const Output& indices, const Output& updates,
                      std::int64_t axis, const NodeOptions& options = {});

/// What an index out of range means to one_hot.
enum class OutOfRange : std::uint8_t {
  error,  // the run fails
  zeros,  // the index is on nowhere, a negative one too
};

/// Optional arguments of one_hot.
struct OneHotOptions {
  DType dtype = DType::f32;
  Scalar on = 1;
  Scalar off = 0;
  std::int64_t axis = -1;  // of the result, -rank-1 <= axis <= rank of the indices
  OutOfRange out_of_range = OutOfRange::error;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// `indices` with one more dimension, of `depth`, at `axis`: along it stands `off`, and `on` where
/// the index says. Any dtype that has both values; others are refused.
Output one_hot(const Output& indices, std::int64_t depth, const OneHotOptions& options = {});

}  // namespace deft
