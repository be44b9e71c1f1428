#pragma once

#include <string>
#include <string_view>

namespace examples {

/// What a text says as a number, in the same way for every locale.
struct ParsedNumber {
  double value = 0;
  const char* problem = nullptr;  // "is not a number", ...: why there is no value, or nullptr
};

/// Reads all of `text`: decimal, with an optional sign and exponent. Accepts finite values only.
ParsedNumber parse_number(std::string_view text);

/// The fewest digits that give the same number back: 2.5, 2.959859852416156.
std::string shortest(double value);
std::string shortest(float value);

/// At most `digits` significant digits, without trailing zeros.
std::string rounded(double value, int digits);

/// With `decimals` digits after the point, never with an exponent.
std::string fixed_point(double value, int decimals);

}  // namespace examples
