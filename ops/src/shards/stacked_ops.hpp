#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

// Tensors of all shards, [count, s], which lie one behind the other: they are stacked.

namespace deft {

/// `shape` of each of `count` shards -> [count, shape]
Shape stacked(const Shape& shape, std::int64_t count);

/// [count, s] -> [s]
TensorSpec unstacked(const TensorSpec& spec);

/// The operation of deft's own of this name, or null.
const OpDef* find_builtin(std::string_view name);

/// The operation of `node`, one of deft's own, done for one shard after the other. `stacked` lists
/// the inputs that are [count, s]; so are all outputs.
Outputs each_shard(const Node& node, const std::vector<Output>& inputs,
                   const std::vector<std::int64_t>& stacked, std::int64_t count);

/// x [count, s] -> [s], the sum over shards in the order of a binary tree.
Output tree_sum(const Output& x);

/// As tree_sum; where x is made of products of each shard, they are added as they are made.
Output sum_of_stacked(const Output& x);

}  // namespace deft
