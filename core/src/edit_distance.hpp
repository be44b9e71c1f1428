#pragma once

#include <cstddef>
#include <string_view>

namespace deft {

/// How many characters must be inserted, deleted or replaced to make `b` of `a` (V. Levenshtein,
/// 1966); if that is more than `most`, any number over it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

}  // namespace deft
