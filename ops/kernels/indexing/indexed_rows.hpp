#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

#include "combination.hpp"
#include "index_range.hpp"

namespace deft {

/// Rows of a dense tensor [outer, bounds..., row], each named by a tuple of indices: one for each
/// of the bounds.
struct IndexedRows {
  Shape indices;  // of the tensor that holds the tuples, one behind the other
  std::int64_t tuples = 1;
  std::size_t depth = 1;  // indices in a tuple
  std::array<std::int64_t, Shape::max_rank> bounds{};
  std::int64_t outer = 1;
  std::int64_t rows = 1;  // for each of `outer`: the product of the bounds
  std::int64_t row = 1;   // elements

  /// Every index names a row along `axis` of x.
  static IndexedRows along(const Shape& x, std::size_t axis, const Shape& indices);

  /// The last dimension of the indices is a tuple that addresses the first dimensions of x.
  static IndexedRows leading(const Shape& x, const Shape& indices);

  /// The row that a tuple names; throws ValueError if it names none.
  template <class I>
  std::int64_t find(const I* all, std::int64_t tuple) const {
    if (depth == 1) {
      if (!is_within(all[tuple], bounds[0])) refuse_indices(all, indices, {bounds.data(), 1});
      return all[tuple];
    }
    const I* index = all + tuple * static_cast<std::int64_t>(depth);
    std::int64_t found = 0;
    for (std::size_t j = 0; j < depth; ++j) {
      if (!is_within(index[j], bounds[j])) refuse_indices(all, indices, {bounds.data(), depth});
      found = found * bounds[j] + index[j];
    }
    return found;
  }

  /// Throws ValueError unless all tuples name rows.
  template <class I>
  void check(const I* all) const {
    bool fine = true;
    for (std::int64_t tuple = 0; tuple < tuples; ++tuple)
      for (std::size_t j = 0; j < depth; ++j)
        fine &=
            is_within(all[tuple * static_cast<std::int64_t>(depth) + static_cast<std::int64_t>(j)],
                      bounds[j]);
    if (!fine) refuse_indices(all, indices, {bounds.data(), depth});
  }
};

// Input 1 holds the indices. Those out of range throw ValueError, whether or not a row has
// elements.

/// output [outer, tuples, row]: the named rows of input 0 [outer, rows, row].
Kernel gather_rows_kernel(const IndexedRows& rows, const KernelContext& context);

/// output [outer, rows, row]: input 0, with whose named rows those of input 2 [outer, tuples, row]
/// are combined, in their order.
Kernel combine_rows_kernel(const IndexedRows& rows, Combination combination,
                           const KernelContext& context);

}  // namespace deft
