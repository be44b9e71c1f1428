#include "table.hpp"

#include <algorithm>

#include "errors.hpp"
#include "text.hpp"

namespace examples {

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
