#pragma once

#include <span>

#include <deft/core/form.hpp>

namespace deft {

/// Whether an op of these operands can be what OpDef::form says: a plan relies on it, whoever wrote
/// the op. `inputs`: those of which more than the shape matters.
bool fits(const Form& form, std::span<const TensorSpec> inputs,
          std::span<const TensorSpec> outputs);

}  // namespace deft
