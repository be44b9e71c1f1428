#pragma once

#include <span>
#include <string>

#include "draft.hpp"

namespace deft {

/// True if the value of a node comes from elsewhere, not from a kernel.
bool is_source(const OpDef& op);

/// What is wrong with a kernel, or nothing: a plan relies on it, whoever wrote the op.
std::string fault_of(const Kernel& kernel, const OpDef& op, std::span<const TensorSpec> inputs,
                     std::span<const TensorSpec> outputs);

/// The kernel of the node at `at`, checked.
Kernel prepare_kernel(const Draft& draft, std::size_t at);

}  // namespace deft
