#include "layout.hpp"

#include <algorithm>

#include "text.hpp"

namespace examples {

std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const Row& row : rows) {
    for (std::size_t j = 0; j < row.size(); ++j) widths[j] = std::max(widths[j], width(row[j]));
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      const std::string padding(widths[j] - width(row[j]), ' ');
      text += j == 0 ? row[j] + padding : "   " + padding + row[j];
    }
    text += '\n';
  }
  return text;
}

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace examples
