#pragma once

#include <string>
#include <vector>

namespace regression {

/// Finite numbers in named columns of equal length.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;  // [name][row]
};

}  // namespace regression
