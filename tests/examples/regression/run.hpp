#pragma once

#include <string>
#include <vector>

#include "examples/program.hpp"

namespace examples::regression {

/// Runs the program, as examples::run does.
inline Outcome regression_program(std::vector<std::string> options,
                                  const std::string& out_path = {}) {
  options.insert(options.begin(), REGRESSION_PROGRAM);
  return run(options, out_path);
}

}  // namespace examples::regression
