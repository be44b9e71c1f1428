#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace deft::digest {

struct Options {
  std::size_t graphs = 400;                 // of each kind of random graphs
  std::vector<int> threads{1, 2, 3, 4, 8};  // numbers of them
  std::string only = {};                    // families whose names contain this
  std::int64_t instructions = 0;  // one of Highway's instruction sets; 0: the best there is
  bool verbose = false;           // a line for each subject
  bool help = false;
};

extern const char* const usage;

/// Throws std::invalid_argument.
Options parse_options(const std::vector<std::string>& arguments);

}  // namespace deft::digest
