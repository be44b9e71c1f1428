#pragma once

#include <map>
#include <string>
#include <vector>

#include "judgement.hpp"

namespace deft::conformance {

/// How many cases of a kind ended how.
struct Tally {
  int passed = 0;
  int close = 0;  // of those that passed: within 1e-6 too
  int bound = 0;  // of those that passed: inputs had to be known at import
  int excluded = 0;
  int refused = 0;
  int failed = 0;
  int other_dtypes = 0;

  void add(const Judgement& judgement);
  Tally& operator+=(const Tally& other);
};

/// Tallies by row, in the order of the rows' names.
using Table = std::map<std::string, Tally>;

/// The table in Markdown.
std::string to_markdown(const Table& table, const std::string& first_column);

/// Puts `text` between the lines "<!-- NAME -->" and "<!-- end of NAME -->" of a file. Throws
/// std::runtime_error if it does not have them.
void write_into(const std::string& path, const std::string& name, const std::string& text);

}  // namespace deft::conformance
