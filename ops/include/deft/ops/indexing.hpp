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
// Where several updates go to one element they are added, or otherwise combined, in their order, in
// the arithmetic of the dtype: f32 in f32; integers wrap. The result is the same for any number of
// threads.

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

/// The same for each entry of a batch, which are the first `batch_dims` dimensions of both: indices
/// [batch..., i..., k] and x [batch..., n_1, ..., n_k, b...] give [batch..., i..., b...]. Those of
/// x may be longer, and what lies behind those of the indices is then not taken.
Output gather_nd(const Output& x, const Output& indices, std::int64_t batch_dims,
                 const NodeOptions& options = {});

/// `x` [n_1, ..., n_k, b...] with `updates` [i..., b...] added to the parts that gather_nd would
/// take. Numeric dtypes.
Output scatter_nd_add(const Output& x, const Output& indices, const Output& updates,
                      const NodeOptions& options = {});

/// As scatter_nd_add, into zeros of `shape`, which must be fully defined.
Output scatter_nd(const Output& indices, const Output& updates, const Shape& shape,
                  const NodeOptions& options = {});

/// What an element and an update that goes to it become.
enum class ScatterReduction : std::uint8_t {
  update,    // the update; of several, the last. Any dtype
  add,       // their sum; this and all that follow: numeric dtypes
  multiply,  // their product
  maximum,   // the larger, NaN if one is
  minimum,   // the smaller, likewise
};

/// `x` [n_1, ..., n_k, b...], the parts of which that gather_nd would take are combined with
/// `updates` [i..., b...]. Gradients: of `update`, zero for what is overwritten, and for all but
/// the last of several updates to one element; of `maximum` and `minimum`, all to x where x is the
/// extreme, else all to the first of the updates that are; `multiply` has none.
Output scatter_nd_reduce(const Output& x, const Output& indices, const Output& updates,
                         ScatterReduction reduction, const NodeOptions& options = {});

/// As scatter_nd_reduce with ScatterReduction::update.
Output scatter_nd_update(const Output& x, const Output& indices, const Output& updates,
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

/// The elements of `x` that `indices` name along `axis`, as take_along_axis, but without
/// broadcasting: the result has the shape of `indices`, which may have fewer elements than x along
/// every dimension, and more along `axis`. Element [i, j] is x[i, indices[i, j]] for axis 1. Any
/// dtype.
Output gather_elements(const Output& x, const Output& indices, std::int64_t axis,
                       const NodeOptions& options = {});

/// `x`, the elements of which that gather_elements would take are combined with `updates`, of the
/// shape of `indices`: updates[i, j] goes to [i, indices[i, j]] for axis 1. Gradients are as those
/// of scatter_nd_reduce.
Output scatter_elements(const Output& x, const Output& indices, const Output& updates,
                        std::int64_t axis, ScatterReduction reduction,
                        const NodeOptions& options = {});

/// As scatter_elements with ScatterReduction::update: NumPy's put_along_axis where x and the
/// updates are equally long along the other dimensions.
Output update_along_axis(const Output& x, const Output& indices, const Output& updates,
                         std::int64_t axis, const NodeOptions& options = {});

/// Optional arguments of reverse_sequence.
struct ReverseSequenceOptions {
  std::int64_t batch_axis = 0;  // along which sequences lie beside each other
  std::int64_t time_axis = 1;   // along which their elements follow each other
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// `x` with the first lengths[i] elements of sequence i in reverse order; those behind them stay.
/// `lengths` is i32 or i64 [batch]. A length that is negative or longer than `x` fails the run. Any
/// dtype.
Output reverse_sequence(const Output& x, const Output& lengths,
                        const ReverseSequenceOptions& options = {});

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
