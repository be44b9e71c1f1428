#include "units.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace deft {
namespace {

/// Three significant digits of 0 <= value < 1000.
std::string three_digits(double value) {
  return fixed_text(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

template <std::size_t n>
std::string scaled(double value, const std::array<const char*, n>& units) {
  std::size_t unit = 0;
  for (; unit + 1 < n && value >= 999.5; ++unit) value /= 1000;
  const std::string number = value < 999.5 ? three_digits(value) : fixed_text(value, 0);
  return number + " " + units[unit];
}

}  // namespace

std::string fixed_text(double value, int digits) {
  std::array<char, 400> text{};  // the largest double has 309 digits
  const auto end =
      std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, digits).ptr;
  return {text.begin(), end};
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.begin(), text.end(), value, std::chars_format::general, 6).ptr;
  return {text.begin(), end};
}

std::string time_text(double nanoseconds) {
  return scaled(nanoseconds, std::array{"ns", "us", "ms", "s"});
}

std::string bytes_text(std::size_t bytes) {
  if (bytes < 1000) return count_text(bytes, "byte");
  return scaled(static_cast<double>(bytes) / 1000, std::array{"kB", "MB", "GB", "TB"});
}

std::string count_text(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

}  // namespace deft
