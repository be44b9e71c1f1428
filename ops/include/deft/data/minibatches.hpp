#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/data/epochs.hpp>
#include <deft/ops/random.hpp>

namespace deft {

/// Optional arguments of Minibatches.
struct MinibatchesOptions {
  std::int64_t batch = 32;    // rows of a step, of all parts together
  Part part = {};             // of each batch: see Epochs
  std::int64_t hold_out = 0;  // rows that no epoch has
  bool shuffle = true;  // each epoch has an order of its own; else rows are in their own order
  Remainder remainder = Remainder::drop;
  std::string_view stream = {};  // what names the orders; default: the full name
  std::string_view name = "minibatches";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Minibatches of data that are part of the graph: a step takes its rows by itself, and an epoch is
/// one run.
///
///     Minibatches data(random, {images, labels}, {.batch = 128, .hold_out = 5000});
///     Training train = minimize(loss(data.batch(0), data.batch(1)), Adam{});
///     while (...) {
///       const Tensor step = session.value(data.step());
///       session.run(train, {.steps = data.position(step).left});  // the rest of this epoch
///     }
///
/// Which rows a step takes is a function of seed, stream and step (see Epochs), so that a training
/// that is resumed in the middle of an epoch goes on as if it had never ended. Nothing that is
/// added to the graph changes it, but for a node that takes the name: give several of them names,
/// or streams, of their own. Batches on the host has the same rows.
class Minibatches {
 public:
  /// `data`: tensors of any dtypes and of as many rows each, [rows, ...]. They become constants of
  /// the graph, which shares their memory if it is aligned (Tensor::is_aligned). Throws ValueError
  /// as Epochs.
  Minibatches(const Random& random, std::vector<Tensor> data,
              const MinibatchesOptions& options = {});

  /// The rows of tensor `i` that the step of `random` takes, [part_rows, ...]. Throws ValueError if
  /// there is no such tensor.
  Output batch(std::int64_t i, SourceLocation where = SourceLocation::current()) const;

  /// The weights of these rows, f32 [part_rows]: 1, or 0 for those that fill a batch up. With
  /// Remainder::fill, a mean over rows is sum(weights x) / sum(weights).
  const Output& weights() const { return weights_; }

  /// The rows of tensor `i` that no step takes, [hold_out, ...]. Throws ValueError as `batch`, and
  /// if none are held out.
  Output held_out(std::int64_t i, SourceLocation where = SourceLocation::current()) const;

  /// The numbers of the rows that the step takes, i64 [part_rows].
  const Output& rows() const { return rows_; }

  /// Counts the steps, i64: that of `random`.
  const Output& step() const { return step_; }

  const Epochs& epochs() const { return epochs_; }

  /// Steps of an epoch.
  std::int64_t batches() const { return epochs_.batches(); }

  /// See Epochs::position.
  EpochPosition position(std::int64_t step,
                         SourceLocation where = SourceLocation::current()) const {
    return epochs_.position(step, where);
  }
  EpochPosition position(const Tensor& step,
                         SourceLocation where = SourceLocation::current()) const {
    return epochs_.position(step, where);
  }

 private:
  Output step_;
  Epochs epochs_;
  Output rows_;
  Output weights_;
  std::vector<Output> batches_;   // of each tensor
  std::vector<Output> held_out_;  // of each tensor; none if no rows are
};

}  // namespace deft
