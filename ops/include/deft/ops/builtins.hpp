#pragma once

#include <span>

#include <deft/core/op_def.hpp>

namespace deft {

/// Every operation that deft brings along and a builder of its own makes, sorted by name: not what
/// sum_over_shards makes of others.
std::span<const OpDef* const> builtin_ops();

}  // namespace deft
