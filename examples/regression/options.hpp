#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace examples::regression {

/// Where the gradient of the error comes from.
enum class GradientKind { manual, symbolic };

/// What the user asked for; the defaults are the article's.
struct Options {
  std::int64_t rows = 10'000;  // of generated data
  std::int64_t epochs = 10'000;
  double learning_rate = 0.001;
  deft::DType dtype = deft::DType::f64;
  int threads = 0;  // 0: the CPUs that this process may use
  std::vector<GradientKind> gradients = {GradientKind::manual, GradientKind::symbolic};
  std::string data;    // a CSV file; empty: generate the data
  std::string target;  // a column of it; empty: the last
  int degree = 1;
  bool intercept = true;
  bool standardize = false;  // fit columns of mean 0 and variance 1
  std::string plot;          // an SVG file to write, or empty
  std::string graph;         // a DOT file to write, or empty
  bool json = false;
  bool help = false;
};

/// Reads the arguments that follow the program's name. Throws UserError.
Options parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string usage();

}  // namespace examples::regression
