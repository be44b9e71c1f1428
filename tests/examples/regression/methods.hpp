#pragma once

#include <string>
#include <vector>

#include "regression/article_program.hpp"

namespace examples::regression {

/// The names of all results for data with two coefficients, in their order.
inline std::vector<std::string> methods() {
  std::vector<std::string> names{"plain_loop", "graph_manual", "graph_symbolic", "reassociated"};
  if (has_tensorflow) names.insert(names.begin() + 1, "graph_tensorflow");
  return names;
}

}  // namespace examples::regression
