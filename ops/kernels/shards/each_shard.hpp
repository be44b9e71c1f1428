#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/kernel.hpp>

namespace deft {

/// Executes `one` `count` times. Inputs [count, s] of which `stacked` is true, and all outputs
/// [count, t], are taken one first index after the other; other inputs are the same each time.
/// `context` is what `one` is prepared for.
Kernel each_shard_kernel(const Kernel& one, const KernelContext& context,
                         const std::vector<bool>& stacked, std::int64_t count);

}  // namespace deft
