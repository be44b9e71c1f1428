#pragma once

#include <optional>
#include <span>
#include <vector>

#include <deft/core/tensor.hpp>

#include "draft.hpp"

namespace deft {

/// The outputs, as `outputs`, of an operation on constants (null where only `specs` matters),
/// computed now. Nothing if its kernel may take long or fails: then the run shall compute them; nor
/// if `interrupt`, which may be null, is due.
std::optional<std::vector<Tensor>> evaluate(const Operation& operation,
                                            std::span<const Tensor* const> inputs,
                                            std::span<const TensorSpec> specs,
                                            std::span<const TensorSpec> outputs,
                                            const RunInterrupt* interrupt);

}  // namespace deft
