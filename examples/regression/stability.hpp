#pragma once

#include "dataset.hpp"

namespace examples::regression {

/// A learning rate up to which gradient descent on `data` converges. The largest such rate is 2
/// over the largest eigenvalue of the Hessian (2/N) X^T X; its Frobenius norm, used here, is an
/// upper bound of that eigenvalue, and close to it if one eigenvalue dominates.
double stable_learning_rate(const Dataset& data);

}  // namespace examples::regression
