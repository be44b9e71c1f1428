#pragma once

#include <string>
#include <string_view>

namespace deft::tensorflow {

/// A text of a file as errors show it: at most 80 characters in single quotes, without control
/// characters.
std::string in_quotes(std::string_view text);

}  // namespace deft::tensorflow
