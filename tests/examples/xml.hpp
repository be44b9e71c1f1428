#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// True if every element of an XML text is closed, inside the one that it was opened in, in one
/// outermost element; and if no '&' begins anything but an entity. For tests: attributes are not
/// looked at, and must not have '>' in them.
inline bool is_well_formed(std::string_view text) {
  std::vector<std::string> open;
  int outermost = 0;
  while (!text.empty()) {
    if (text[0] == '&') {
      const bool known = text.starts_with("&amp;") || text.starts_with("&lt;") ||
                         text.starts_with("&gt;") || text.starts_with("&quot;");
      if (!known) return false;
    }
    if (text[0] != '<') {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('>');
    if (end == std::string_view::npos) return false;
    std::string_view tag = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
      continue;
    }
    if (open.empty() && ++outermost > 1) return false;
    if (!tag.ends_with('/')) open.emplace_back(tag.substr(0, tag.find(' ')));
  }
  return open.empty() && outermost == 1;
}

}  // namespace examples
