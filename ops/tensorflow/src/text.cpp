#include "text.hpp"

#include <algorithm>

#include <deft/core/utf8.hpp>

namespace deft::tensorflow {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 80;
  std::string shown = "'";
  std::size_t characters = 0;
  while (!text.empty()) {
    if (characters++ == most) return shown + "...'";
    const std::size_t length = utf8_length(text);
    const bool is_shown = length > 1 || (length == 1 && text[0] >= ' ' && text[0] != '\x7F');
    shown += is_shown ? text.substr(0, length) : "?";
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown + "'";
}

}  // namespace deft::tensorflow
