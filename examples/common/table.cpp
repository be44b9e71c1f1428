#include "table.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/csv.hpp>

#include "errors.hpp"
#include "text.hpp"

namespace examples {
namespace {

/// As the library reads it; what it refuses is a mistake in one line.
deft::CsvTable read_csv(const std::string& path) {
  try {
    return deft::read_csv(path);
  } catch (const deft::Error& error) {
    throw UserError(error.info().message);
  }
}

}  // namespace

Table read_table(const std::string& path) {
  deft::CsvTable csv = read_csv(path);
  const auto fail = [&](const std::string& problem) {
    throw UserError(printable(path, 200) + ": " + problem);
  };
  if (csv.names.empty()) fail("the first line must name the columns; it holds numbers");
  const std::span<const double> values = csv.values.data<double>();
  const std::size_t columns = csv.names.size();
  Table table;
  table.columns.resize(columns);
  for (std::size_t j = 0; j < columns; ++j) {
    if (csv.names[j].empty()) fail("column " + std::to_string(j + 1) + " has no name");
    table.columns[j].reserve(values.size() / columns);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t j = i % columns;
    if (!std::isfinite(values[i])) {
      fail("row " + std::to_string(i / columns + 1) + " of " + quoted(csv.names[j]) +
           " is not finite");
    }
    table.columns[j].push_back(values[i]);
  }
  table.names = std::move(csv.names);
  return table;
}

std::size_t find_target(const Table& table, const std::string& target, const std::string& source) {
  if (table.names.size() < 2) {
    throw UserError(source + " has only the column " + list_of(table.names) +
                    "; a feature and a target, with a comma between them, are needed");
  }
  if (target.empty()) return table.names.size() - 1;
  const auto found = std::find(table.names.begin(), table.names.end(), target);
  if (found == table.names.end()) {
    throw UserError("--target: " + source + " has no column " + quoted(target) + "; it has " +
                    list_of(table.names));
  }
  return static_cast<std::size_t>(found - table.names.begin());
}

}  // namespace examples
