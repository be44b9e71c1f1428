#pragma once

#include <string>
#include <vector>

namespace examples {

/// A finite number in JSON (RFC 8259), with 17 significant digits: enough to give it back.
std::string json_number(double value);

/// An array of finite numbers.
std::string json_array(const std::vector<double>& values);

}  // namespace examples
