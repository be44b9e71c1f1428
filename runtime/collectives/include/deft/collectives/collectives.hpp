#pragma once

#include <cstddef>
#include <vector>

#include <deft/collectives/communicator.hpp>
#include <deft/collectives/reduce.hpp>
#include <deft/core/graph.hpp>
#include <deft/nn/metrics.hpp>
#include <deft/optim/minimize.hpp>

namespace deft {

// Operations that all ranks of a group do together: every rank runs the same graph, with values of
// its own. They are done in the order of the plan, which is the same everywhere. A step with them
// takes place on all ranks or on none. In a group of one they are the identity.
//
// Errors of a run: ranks_differ, before anything is sent, if ranks are about to do different
// things; unavailable, with the operation's line and the rank, if a rank died, left, or was not
// heard of within GroupOptions::timeout.

/// What x, f32, f64, i32 or i64 (a mean: floating), is on all ranks, combined element by element,
/// by the binary tree over the ranks: ((0 1) (2 3)) ...; so a sum has the same bits on all of them.
/// x [s] -> [s].
Output all_reduce(const Output& x, const Communicator& group, Reduce reduce = Reduce::sum,
                  const NodeOptions& options = {});

/// The same of several tensors of one dtype, which go together.
std::vector<Output> all_reduce(const std::vector<Output>& xs, const Communicator& group,
                               Reduce reduce = Reduce::sum, const NodeOptions& options = {});

/// A metric over the examples of all ranks: its sums, f64 or i64, are added up.
Metric all_reduce(const Metric& metric, const Communicator& group,
                  SourceLocation where = SourceLocation::current());

/// The value that x has on rank `from`. x [s] -> [s], of any dtype.
Output broadcast(const Output& x, int from, const Communicator& group,
                 const NodeOptions& options = {});

/// The x of all ranks, one behind the other along the first axis. x [n, s...] -> [size n, s...], of
/// any dtype; n is the same on all of them.
Output all_gather(const Output& x, const Communicator& group, const NodeOptions& options = {});

/// This rank's part of all_reduce(x, group, reduce), which is cut along the first axis.
/// x [size n, s...] -> [n, s...].
Output reduce_scatter(const Output& x, const Communicator& group, Reduce reduce = Reduce::sum,
                      const NodeOptions& options = {});

/// Optional arguments of all_reduce_mean.
struct AllReduceOptions {
  /// Gradients of one dtype go together up to so many bytes: a message costs as much as some tens
  /// of kilobytes, but the first bucket is on its way while the others are computed.
  std::size_t bucket_bytes = std::size_t{1} << 20;
};

/// The mean of the gradients of all ranks: with it, `minimize` on every rank with its part of a
/// batch does what it does on one with the whole, where the loss is a mean over the batch. The
/// first transformation of MinimizeOptions::before.
Transform all_reduce_mean(const Communicator& group, const AllReduceOptions& options = {});

}  // namespace deft
