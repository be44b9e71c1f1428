#include "files/csv/csv_number.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <type_traits>

namespace deft {
namespace {

/// Whether a decimal number that no floating type holds is too small, not too large.
bool is_tiny(std::string_view text) {
  constexpr std::int64_t far = std::int64_t{1} << 60U;
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto digit = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  std::string_view digits = text.substr(std::min(e + 1, text.size()));
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto error = std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec;
  if (error == std::errc::result_out_of_range) exponent = digits.starts_with('-') ? -far : far;
  return std::clamp(exponent, -far, far) + (point - digit) < 0;
}

NumberFault parse_bool(std::string_view text, bool& value) {
  value = text == "1" || equals_ignoring_case(text, "true");
  const bool known = value || text == "0" || equals_ignoring_case(text, "false");
  return known ? NumberFault::none : NumberFault::not_a_bool;
}

}  // namespace

template <class T>
NumberFault parse_number(std::string_view text, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return parse_bool(text, value);
  } else {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool whole = stop == end;  // from_chars is content with the beginning
    if (whole && error == std::errc()) return NumberFault::none;
    if (whole && error == std::errc::result_out_of_range) {
      if (!std::is_floating_point_v<T> || !is_tiny(text)) return NumberFault::out_of_range;
      value = static_cast<T>(text.starts_with('-') ? -0.0 : 0.0);
      return NumberFault::none;
    }
    double other = 0;
    const bool fraction =
        !std::is_floating_point_v<T> && parse_number(text, other) == NumberFault::none;
    return fraction ? NumberFault::fraction : NumberFault::not_a_number;
  }
}

template NumberFault parse_number(std::string_view, float&);
template NumberFault parse_number(std::string_view, double&);
template NumberFault parse_number(std::string_view, std::int32_t&);
template NumberFault parse_number(std::string_view, std::int64_t&);
template NumberFault parse_number(std::string_view, std::uint8_t&);
template NumberFault parse_number(std::string_view, bool&);

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
  });
}

}  // namespace deft
