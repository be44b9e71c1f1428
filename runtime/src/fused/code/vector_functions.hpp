#pragma once

#include <span>

#include <deft/core/element_function.hpp>

#include "vector_code.hpp"

namespace deft {

/// Appends the instructions that give the bits of `function`, for operands that are vectors, or
/// masks where they are bool. Returns the value of the result, or no_value if there is no code.
VectorCode::Value append_function(const ElementFunction& function,
                                  std::span<const VectorCode::Value> operands, VectorCode& code);

}  // namespace deft
