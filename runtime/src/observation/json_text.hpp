#pragma once

#include <string>
#include <string_view>

namespace deft {

/// `text` as a JSON string, in quotes. If it is not UTF-8, its bytes from 128 on are taken for
/// characters of Latin-1.
std::string json_text(std::string_view text);

}  // namespace deft
