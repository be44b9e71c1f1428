#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/ops/axes.hpp>

namespace deft {

/// Optional arguments of reductions: `reduce_sum(x, {.axes = {0}, .keep_dims = true})`.
struct ReduceOptions {
  Axes axes = {};          // default: all
  bool keep_dims = false;  // leave reduced dimensions as 1
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Sum over `axes`; f32 is accumulated in f64. The sum over nothing is 0. Numeric dtypes; integers
/// wrap.
Output reduce_sum(const Output& x, const ReduceOptions& options = {});

/// Product over `axes`; f32 is accumulated in f64. The product of nothing is 1. Numeric dtypes;
/// integers wrap. The gradient of an element is the product of the others, which is multiplied up
/// and not divided out: it is right whether none, one or several of them are 0, and so are the
/// higher derivatives, up to the ninth.
Output reduce_prod(const Output& x, const ReduceOptions& options = {});

/// Arithmetic mean over `axes`; f32 is accumulated in f64. Floating dtypes; the mean of nothing is
/// NaN.
Output reduce_mean(const Output& x, const ReduceOptions& options = {});

/// Extremes over `axes`; NaN if any element is NaN. Numeric dtypes. Refused over an empty
/// dimension. Equal extremes share the gradient evenly; where the extreme is NaN, so is the
/// gradient of all that it is the extreme of.
Output reduce_max(const Output& x, const ReduceOptions& options = {});
Output reduce_min(const Output& x, const ReduceOptions& options = {});

/// Optional arguments of cumsum and cumprod.
struct CumulativeOptions {
  bool exclusive = false;  // leave out the element itself: the first sum is 0, the first product 1
  bool reverse = false;    // from the last element on
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The sums of the elements up to each one along `axis`, one after the other; f32 is accumulated in
/// f64. Numeric dtypes; integers wrap.
Output cumsum(const Output& x, std::int64_t axis, const CumulativeOptions& options = {});

/// The products of the elements up to each one, as cumsum. The gradient of an element is made of
/// the products of the others, and not divided out: as that of reduce_prod it is right where
/// elements are 0, and so are the higher derivatives.
Output cumprod(const Output& x, std::int64_t axis, const CumulativeOptions& options = {});

/// What `moments` gives: `const auto [mean, variance] = moments(x, {.axes = {0}});`
struct Moments {
  Output mean;
  Output variance;
};

/// Arithmetic mean over `axes`, as reduce_mean, and variance: the mean of the squared deviations
/// from it, divided by the number of elements, not by one less. Two outputs of one operation, of
/// equal shape. The data are gone over twice, with everything accumulated in f64, so that numbers
/// far from 0 lose nothing. Floating dtypes; moments of nothing are NaN.
Moments moments(const Output& x, const ReduceOptions& options = {});

/// Whether any element is true (of numbers: not 0), whether all are, as bool; of nothing false and
/// true.
Output reduce_any(const Output& x, const ReduceOptions& options = {});
Output reduce_all(const Output& x, const ReduceOptions& options = {});

/// log(sum(e^x)) over `axes`, without overflow. Floating dtypes. -infinity where all elements are,
/// infinity where one is. Refused over an empty dimension, as reduce_max.
Output logsumexp(const Output& x, const ReduceOptions& options = {});

/// Optional arguments of reduce_variance and reduce_std.
struct VarianceOptions {
  Axes axes = {};               // default: all
  bool keep_dims = false;       // leave reduced dimensions as 1
  std::int64_t correction = 0;  // the sum of squares is divided by the number of elements less this
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The mean squared deviation from the mean over `axes`, as `moments` has it, and its square root,
/// whose derivative is taken as 0 where it is 0. Floating dtypes. NaN of nothing; of no more
/// elements than the correction infinite, or NaN if they are equal.
Output reduce_variance(const Output& x, const VarianceOptions& options = {});
Output reduce_std(const Output& x, const VarianceOptions& options = {});

/// Optional arguments of norm.
struct NormOptions {
  double ord = 2;          // 1, 2 or infinity
  Axes axes = {};          // default: all
  bool keep_dims = false;  // leave reduced dimensions as 1
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The sum of magnitudes, the root of the sum of squares, or the largest magnitude over `axes`.
/// Floating dtypes; squares of f32 are computed in f64, which they do not overflow. At 0 the
/// derivative is taken as 0.
Output norm(const Output& x, const NormOptions& options = {});

}  // namespace deft
