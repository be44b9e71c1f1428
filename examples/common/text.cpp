#include "text.hpp"

#include <algorithm>
#include <cstdint>
#include <system_error>

namespace examples {
namespace {

/// Bytes of the UTF-8 sequence that `text` begins with; 0 if it begins with none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80                       ? 1
                             : byte(0) >= 0xC2 && byte(0) < 0xE0  ? 2
                             : byte(0) >= 0xE0 && byte(0) < 0xF0  ? 3
                             : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                                  : 0;
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t code = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool noncharacter = (code & 0xFFFEU) == 0xFFFEU;
  const bool line_separator = code == 0x2028 || code == 0x2029;
  return overlong || surrogate || control || noncharacter || line_separator || code > 0x10FFFF
             ? 0
             : length;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_length) {
  std::string result;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max_length) return result + "...";
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string quoted(std::string_view text) { return '"' + printable(text) + '"'; }

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t max_listed = 12;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), max_listed); ++i) {
    list += (i == 0 ? "" : ", ") + quoted(names[i]);
  }
  const std::size_t others = names.size() - std::min(names.size(), max_listed);
  return others == 0 ? list : list + " and " + std::to_string(others) + " more";
}

std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continues) ++count;
  }
  return count;
}

std::string system_message(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace examples
