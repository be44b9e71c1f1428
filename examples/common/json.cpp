#include "json.hpp"

#include "numbers.hpp"

namespace examples {

std::string json_number(double value) { return rounded(value, 17); }

std::string json_array(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + json_number(value);
  return "[" + text + "]";
}

}  // namespace examples
