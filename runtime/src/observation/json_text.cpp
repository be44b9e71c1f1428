#include "json_text.hpp"

#include <array>
#include <cstddef>

namespace deft {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// The length of the UTF-8 character that `text` begins with; 0: none.
std::size_t character(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  const unsigned second = byte_at(text, 1);
  const bool too_long = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second >= 0xa0;
  const bool too_large = first == 0xf4 && second >= 0x90;
  if (too_long || surrogate || too_large) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte_at(text, i) & 0xc0U) != 0x80) return 0;
  return size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
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
