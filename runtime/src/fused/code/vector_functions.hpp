#pragma once

#include <span>

#include <deft/core/fusion.hpp>

#include "vector_code.hpp"

namespace deft {

/// Appends the instructions that give the bits of the row function of `function`, not `other`, for
/// its operands: vectors, or masks where they are bool.
VectorCode::Value append_function(ElementFunction function,
                                  std::span<const VectorCode::Value> operands, VectorCode& code);

}  // namespace deft
