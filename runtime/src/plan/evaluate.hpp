#pragma once

#include <optional>
#include <span>
#include <vector>

#include <deft/core/tensor.hpp>

#include "draft.hpp"

namespace deft {

/// The results of an operation on constants, computed now. An input may be null if only its spec
/// matters; `outputs` are the specs of the results. Nothing if the kernel may take long or fails,
/// so that the run has to compute them, or if `interrupt`, which may be null, is due.
std::optional<std::vector<Tensor>> evaluate(const Operation& operation,
                                            std::span<const Tensor* const> inputs,
                                            std::span<const TensorSpec> specs,
                                            std::span<const TensorSpec> outputs,
                                            const RunInterrupt* interrupt);

}  // namespace deft
