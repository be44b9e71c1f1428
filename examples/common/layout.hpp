#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace examples {

/// Cells of a table for people.
using Row = std::vector<std::string>;

/// Rows of as many cells each, one below the other: the first column to the left, the others to
/// the right.
std::string aligned(const std::vector<Row>& rows);

/// "1 row", "2 rows".
std::string plural(std::size_t count, const std::string& noun);

}  // namespace examples
