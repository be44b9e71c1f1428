#pragma once

#include <span>

#include <deft/core/fusion.hpp>

namespace deft {

/// `inputs`: those of which more than the shape matters. Whether a group can do what OpDef::fusion
/// says: a plan relies on it, whoever wrote the op.
bool fits(const FusedStep& step, std::span<const TensorSpec> inputs, const TensorSpec& output);

}  // namespace deft
