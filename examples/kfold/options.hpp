#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace examples::kfold {

/// What the user asked for. Without options there are few rows per feature, so that the best
/// penalty lies inside the grid, and gradient descent has arrived when the steps are over.
struct Options {
  std::int64_t rows = 400;      // of generated data
  std::int64_t features = 200;  // of generated data
  std::uint32_t seed = 1;       // of generated data, and of who is in which fold
  std::string data;             // a CSV file; empty: generate the data
  std::string target;           // a column of it; empty: the last
  std::int64_t folds = 5;
  std::vector<double> penalties = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3,
                                   1,     3,     10,   30,   100};  // rising
  std::int64_t steps = 1000;
  double learning_rate = 0;  // 0: for every model the one that suits it
  int threads = 0;           // 0: the CPUs that this process may use
  std::string svg;           // a file to write, or empty
  std::string trace;         // likewise
  bool json = false;
  bool help = false;
};

/// Reads the arguments that follow the program's name. Throws UserError.
Options parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string usage();

}  // namespace examples::kfold
