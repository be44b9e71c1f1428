#pragma once

#include <string>

#include "draft.hpp"

namespace deft {

/// What is wrong with the groups of a draft, or nothing; see `verify`.
std::string fault_of_groups(const Draft& draft);

}  // namespace deft
