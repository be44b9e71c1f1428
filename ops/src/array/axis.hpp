#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <deft/core/op_def.hpp>

namespace deft {

/// The sum of the dimensions `axis` of some tensors, unknown if one of them is. Refused if it
/// overflows.
std::int64_t sum_of_dims(const InferContext& context, std::span<const TensorSpec> parts,
                         std::size_t axis);

}  // namespace deft
