#include "numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace examples {
namespace {

template <class... Arguments>
std::string to_text(Arguments... arguments) {
  std::array<char, 400> buffer{};  // enough for DBL_MAX without an exponent
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), arguments...).ptr;
  return {buffer.data(), end};
}

}  // namespace

ParsedNumber parse_number(std::string_view text) {
  if (text.starts_with("+") && !text.starts_with("+-")) text.remove_prefix(1);
  ParsedNumber result;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, result.value);
  if (error == std::errc::invalid_argument || stop != end) {
    result.problem = "is not a number";
  } else if (error == std::errc::result_out_of_range) {
    result.problem = "is outside the range of double";
  } else if (!std::isfinite(result.value)) {
    result.problem = "is not finite";
  }
  return result;
}

std::string shortest(double value) { return to_text(value); }
std::string shortest(float value) { return to_text(value); }

std::string rounded(double value, int digits) {
  return to_text(value, std::chars_format::general, digits);
}

std::string fixed_point(double value, int decimals) {
  return to_text(value, std::chars_format::fixed, decimals);
}

}  // namespace examples
