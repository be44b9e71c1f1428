#pragma once

#include <deft/deft.hpp>

namespace deft::benchmark {

/// A linear regression by gradient descent, as users write it.
struct Descent {
  Output w;      // [columns of X, 1], at first 0
  Output train;  // one step
};

Descent gradient_descent(const Output& X, const Output& d, double rate);

}  // namespace deft::benchmark
