#pragma once

#include <deft/core/kernel.hpp>

namespace deft {

/// Whether a sum of products over shards is best done by tree_product_kernel: a function of what
/// one shard has, a [k, m] and b [k, n].
bool is_tree_product(const TensorSpec& a, const TensorSpec& b);

/// a [count, k, m], b [count, k, n] of f32 or f64 -> [m, n]: the products a^T b of all shards,
/// added in the order of a binary tree, before any of them is in memory as a whole.
Kernel tree_product_kernel(const KernelContext& context);

}  // namespace deft
