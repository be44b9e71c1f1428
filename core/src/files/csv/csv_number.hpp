#pragma once

#include <cstdint>
#include <string_view>

namespace deft {

/// Why a text is no number of some type. `fraction`: it is a number and no integer.
enum class NumberFault { none, not_a_number, not_a_bool, fraction, out_of_range };

/// Reads all of `text` as a number of type T, the same in every locale; a floating number is
/// rounded to the nearest, once.
template <class T>
NumberFault parse_number(std::string_view text, T& value);

extern template NumberFault parse_number(std::string_view, float&);
extern template NumberFault parse_number(std::string_view, double&);
extern template NumberFault parse_number(std::string_view, std::int32_t&);
extern template NumberFault parse_number(std::string_view, std::int64_t&);
extern template NumberFault parse_number(std::string_view, std::uint8_t&);
extern template NumberFault parse_number(std::string_view, bool&);

/// Whether two texts differ at most in ASCII upper and lower case; `lower` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view lower);

}  // namespace deft
