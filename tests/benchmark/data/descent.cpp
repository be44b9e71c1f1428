#include "descent.hpp"

namespace deft::benchmark {

Descent gradient_descent(const Output& X, const Output& d, double rate) {
  const Output w = variable(zeros(X.graph(), X.dtype(), {X.shape()[1], 1}), {.name = "w"});
  const Output e = matmul(X, w) - d;
  const Output mse = reduce_mean(square(e));
  const Output gradient = gradients(mse, {w}).at(0);
  return {w, group({assign(w, w - rate * gradient)})};
}

}  // namespace deft::benchmark
