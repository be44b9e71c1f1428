#pragma once

#include <string_view>

namespace deft {

/// Whether the whole of `text` matches a pattern in which * is any characters and ? is one.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace deft
