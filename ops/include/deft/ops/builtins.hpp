#pragma once

#include <span>

#include <deft/core/op_def.hpp>

namespace deft {

/// Every operation that deft brings along, sorted by name.
std::span<const OpDef* const> builtin_ops();

}  // namespace deft
