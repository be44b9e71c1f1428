#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace examples {

/// A finite number in JSON (RFC 8259), with 17 significant digits: enough to give it back.
std::string json_number(double value);

/// An array of finite numbers.
std::string json_array(const std::vector<double>& values);

/// Text in JSON. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// An array, and an object, of what is JSON already.
std::string json_list(const std::vector<std::string>& items);
std::string json_object(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace examples
