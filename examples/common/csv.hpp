#pragma once

#include <string_view>

#include "table.hpp"

namespace examples {

/// Reads comma-separated text (RFC 4180): the first line names the columns, all others hold
/// numbers. Cells may be quoted, spaces around them and blank lines are skipped, lines end in LF or
/// CRLF. Throws UserError with `source`, line and column of the first fault; one of them is a
/// dialect with other separators. Takes little more memory than the text and the numbers.
Table parse_csv(std::string_view text, std::string_view source);

}  // namespace examples
