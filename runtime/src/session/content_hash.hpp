#pragma once

#include <cstdint>
#include <span>

#include <deft/core/tensor.hpp>

namespace deft {

/// A number that tells tensors of different dtypes, shapes or bytes apart, but for one case in
/// 2^64.
std::uint64_t content_hash(std::span<const Tensor> tensors);

}  // namespace deft
