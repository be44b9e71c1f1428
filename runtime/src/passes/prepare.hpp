#pragma once

#include "draft.hpp"

namespace deft {

/// True if the value of a node comes from elsewhere, not from a kernel.
bool is_source(const OpDef& op);

/// The kernel of the node at `at`, checked: a plan relies on it, whoever wrote the op.
Kernel prepare_kernel(const Draft& draft, std::size_t at);

}  // namespace deft
