#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/data/epochs.hpp>

namespace deft {

/// Optional arguments of Batches.
struct BatchesOptions {
  std::int64_t batch = 32;    // rows of a step, of all parts together
  Part part = {};             // of each batch
  std::int64_t hold_out = 0;  // rows that no epoch has
  bool shuffle = true;  // each epoch has an order of its own; else rows are in their own order
  Remainder remainder = Remainder::drop;
  std::int64_t seed = 0;                    // that of the Random of Minibatches
  std::string_view stream = "minibatches";  // their stream, or full name
  std::int64_t prefetch = 2;  // batches of next steps that a thread prepares; 0: there is no thread
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Minibatches on the host, which a program feeds: for data that do not fit into memory, or must
/// not be part of the graph. With the options and the seed of Minibatches in a graph, a step takes
/// the same rows in the same order.
///
///     Batches data(rows, [&](std::span<const std::int64_t> rows) { return read(file, rows); });
///     for (std::int64_t step = ...; step < steps; ++step) {
///       const std::vector<Tensor> batch = data.batch(step);
///       session.run(train, {{x, batch[0]}, {y, batch[1]}});
///     }
///
/// A thread of its own prepares the batches of the steps that follow the one that was asked for
/// last. Any step may be asked for at any time: those in order are ready sooner. All functions may
/// be called from several threads at once; calls of `batch` take turns. The destructor waits for a
/// call of the source that is under way.
class Batches {
 public:
  /// Reads rows: the numbers of some, in any order, to tensors of as many rows, [rows, ...]. It is
  /// called by one thread at a time, but not always by the same, and may not use the Batches that
  /// call it.
  using Source = std::function<std::vector<Tensor>(std::span<const std::int64_t> rows)>;

  /// Of `data`, tensors of as many rows each, whose memory is shared. Throws ValueError as
  /// Epochs, for a negative `prefetch`, and if the system refuses a thread.
  explicit Batches(std::vector<Tensor> data, const BatchesOptions& options = {});

  /// Of `rows` rows that `source` reads. Throws as above, and ValueError if the source is empty.
  Batches(std::int64_t rows, Source source, const BatchesOptions& options = {});

  ~Batches();
  Batches(const Batches&) = delete;
  Batches& operator=(const Batches&) = delete;

  /// The rows that a step takes, [part_rows, ...] of each tensor. Throws what the source threw for
  /// them, so that it is called anew when the step is asked for again; and ValueError if the step
  /// is negative, the source gives no tensors or such of other rows, or the process was forked
  /// since this was made.
  std::vector<Tensor> batch(std::int64_t step, SourceLocation where = SourceLocation::current());

  /// The weights of these rows, f32 [part_rows]: 1, or 0 for those that fill a batch up.
  Tensor weights(std::int64_t step, SourceLocation where = SourceLocation::current()) const {
    return epochs().weights_of(step, where);
  }

  /// The rows that no step takes, [hold_out, ...] of each tensor. Throws as `batch`, and ValueError
  /// if none are held out.
  std::vector<Tensor> held_out(SourceLocation where = SourceLocation::current());

  const Epochs& epochs() const;

  /// Steps of an epoch.
  std::int64_t batches() const { return epochs().batches(); }

  /// See Epochs::position.
  EpochPosition position(std::int64_t step,
                         SourceLocation where = SourceLocation::current()) const {
    return epochs().position(step, where);
  }
  EpochPosition position(const Tensor& step,
                         SourceLocation where = SourceLocation::current()) const {
    return epochs().position(step, where);
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deft
