#pragma once

#include <optional>

#include <deft/core/op_def.hpp>

// Rules for OpDef::simplify that several ops share.

namespace deft {

/// Input 0 itself, if the op does not change its dtype and shape.
std::optional<Rewrite> forward_same(const SimplifyContext& context);

/// True if all elements of a known tensor are `value`; 0 and -0 are not the same.
bool is_all(const Tensor* tensor, double value);

}  // namespace deft
