#include "json_text.hpp"

#include <array>
#include <cstddef>

#include <deft/core/utf8.hpp>

namespace deft {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

std::string escaped(unsigned code) {
  constexpr std::array digits{'0', '1', '2', '3', '4', '5', '6', '7',
                              '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  return std::string("\\u00") + digits[code >> 4U] + digits[code & 15U];
}

}  // namespace

std::string json_text(std::string_view text) {
  const unsigned end_of_plain = is_utf8(text) ? 0x100 : 0x80;
  std::string json = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned code = byte_at(text, i);
    if (code < 0x20 || code >= end_of_plain) {
      json += escaped(code);
      continue;
    }
    if (code == '"' || code == '\\') json += '\\';
    json += text[i];
  }
  return json + '"';
}

}  // namespace deft
