#pragma once

#include <optional>
#include <span>

#include <deft/core/tensor.hpp>

#include "draft.hpp"

namespace deft {

/// Output 0, as `output`, of an operation on constants (null where only `specs` matters), computed
/// now. Nothing if its kernel may take long or fails: then the run shall compute it.
std::optional<Tensor> evaluate(const Operation& operation, std::span<const Tensor* const> inputs,
                               std::span<const TensorSpec> specs, const TensorSpec& output);

}  // namespace deft
