#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/data/part.hpp>

namespace deft {

// A batch that is cut into shards gives the same bits wherever its shards are computed: what is
// computed of a shard depends on that shard alone, and sums over shards are added in the order of a
// fixed binary tree. So a process that has all of them, and 2, 4 or 8 that have a part each and add
// theirs up in the same tree, as all_reduce does, get equal results. What `minimize` does with
// MinimizeOptions::shards:
//
//     const Shards shards{.count = 64, .batch = {x, y}};
//     const std::vector<Output> of_one = on_one_shard({loss}, shards);
//     const Output mean = sum_over_shards(of_one, shards).front() / 64;

/// A batch, and into how many equal shards its rows are cut: the first rows are shard 0.
struct Shards {
  std::int64_t count = 1;          // of all processes together, a power of two
  std::vector<Output> batch = {};  // of this process: [rows, ...] each, of the same number of rows
  Part part = {};                  // which shards are those of this process

  std::int64_t own() const { return count / part.count; }  // shards of this process
};

/// What `ys` are if the batch is one shard: the nodes between the batch and ys are built anew for
/// tensors of [rows of a shard, ...], which stand for any of the shards. Differentiate these, and
/// give the results to sum_over_shards; they have no value of their own. Throws GraphError if the
/// batch cannot be cut so, its shapes are not known, or a node between has been built for its
/// number of rows: reshape({-1, n}) instead of reshape({rows, n}).
std::vector<Output> on_one_shard(const std::vector<Output>& ys, const Shards& shards,
                                 SourceLocation where = SourceLocation::current());

/// The sums over the shards of this process of what on_one_shard, or `gradients` of it, returned,
/// in the dtype of each. What is the same for all shards counts once for each. Draws of a shard's
/// shape, as in dropout, are others for each shard, and others than without shards. Throws
/// GraphError for operations between the batch and ys that act on the world, such as an assign or a
/// collective, and for a user's own that are neither elementwise, sums nor products.
std::vector<Output> sum_over_shards(const std::vector<Output>& ys, const Shards& shards,
                                    SourceLocation where = SourceLocation::current());

}  // namespace deft
