#pragma once

#include <deft/core/kernel.hpp>

namespace deft {

/// Output 0: the mean of input 0 over the dimensions `axes`; output 1: the mean of the squared
/// deviations from output 0. Both have the other dimensions in order; dimensions of 1 may stand
/// anywhere in them. Floating dtypes; everything is accumulated in f64, in an order that depends on
/// the shape alone. Moments of nothing are NaN.
///
/// The data are cut into parts. Each part is gone over twice, while it is in a cache: for its mean
/// m_p, and for the sum S_p of squared deviations from m_p. Over parts of n_p elements the sum of
/// squared deviations from the mean m is the sum of S_p + n_p (m_p - m)^2 (Chan, Golub, LeVeque,
/// "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
Kernel moments_kernel(AxisSet axes, const KernelContext& context);

}  // namespace deft
