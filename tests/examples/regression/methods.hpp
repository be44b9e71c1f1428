#pragma once

#include <string>
#include <vector>

namespace examples::regression {

/// The names of all results for data with two coefficients, in their order.
inline std::vector<std::string> methods() {
  return {"plain_loop", "graph_tensorflow", "graph_manual", "graph_symbolic", "reassociated"};
}

}  // namespace examples::regression
