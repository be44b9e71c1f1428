#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// `text` fit for one line of a terminal or an SVG file: control characters and bytes that are not
/// UTF-8 become '?', and what is longer than `max_length` characters ends in "...".
std::string printable(std::string_view text, std::size_t max_length = 60);

/// printable(text) in double quotes.
std::string quoted(std::string_view text);

/// Quoted names with commas between them, at most a dozen: `"x", "y" and 3 more`.
std::string list_of(const std::vector<std::string>& names);

/// How many columns a terminal needs for valid UTF-8 text.
std::size_t width(std::string_view text);

/// What the system says about `error_number`, an errno: "No such file or directory".
std::string system_message(int error_number);

}  // namespace examples
