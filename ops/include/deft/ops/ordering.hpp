#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

// Where elements stand in order: positions along one axis, as i64. -0 and +0 are equal. Of equals
// the one with the lower index comes first, in either direction, and so it does of several NaN.
// Positions do not vary with the elements; through values gradients flow back to where they came
// from.

/// Optional arguments of argmax and argmin.
struct ArgExtremeOptions {
  bool keep_dims = false;  // leave the axis as 1
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The index of the first extreme along `axis`: of the first NaN if there is one, as the extreme is
/// NaN then. Numeric dtypes. Refused over an empty dimension.
Output argmax(const Output& x, std::int64_t axis, const ArgExtremeOptions& options = {});
Output argmin(const Output& x, std::int64_t axis, const ArgExtremeOptions& options = {});

/// Optional arguments of sort and argsort.
struct SortOptions {
  std::int64_t axis = -1;
  bool descending = false;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// `x` sorted along an axis, stably. NaN counts as larger than any number: it is last in ascending
/// order, as in NumPy, and first in descending order, as in PyTorch. Any dtype; false is before
/// true.
Output sort(const Output& x, const SortOptions& options = {});

/// The indices that sort takes its elements from: sort(x) is
/// take_along_axis(x, argsort(x), -1).
Output argsort(const Output& x, const SortOptions& options = {});

/// Optional arguments of top_k.
struct TopKOptions {
  std::int64_t axis = -1;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// What top_k gives: `const auto [values, indices] = top_k(x, 3);`
struct TopK {
  Output values;
  Output indices;
};

/// The `k` largest elements along an axis and where they stand, in the order of a descending sort:
/// NaN first. Two outputs of one operation. k is at most the dimension.
TopK top_k(const Output& x, std::int64_t k, const TopKOptions& options = {});

}  // namespace deft
