#pragma once

#include <vector>

#include <deft/optim/minimize.hpp>

namespace deft {

/// A loss, and its gradients, empty where there is none.
struct Differentiated {
  Output loss;
  std::vector<Output> gradients;
};

/// The loss as it is, or as the mean over shards if the options ask for them, and its gradients
/// with respect to `variables`.
Differentiated differentiate(const Output& loss, const std::vector<Output>& variables,
                             const MinimizeOptions& options);

}  // namespace deft
