#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace examples {

/// Finite numbers in named columns of equal length.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;  // [name][row]
};

/// The table of a CSV file whose first line names the columns. Throws UserError, also for numbers
/// that are not finite.
Table read_table(const std::string& path);

/// The index of the column that --target names, or of the last if `target` is empty, in a table
/// with a feature beside it; `source` names the table in errors. Throws UserError.
std::size_t find_target(const Table& table, const std::string& target, const std::string& source);

}  // namespace examples
