#pragma once

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "evaluation.hpp"
#include "model.hpp"
#include "options.hpp"
#include "pictures.hpp"

namespace examples::fashion {

/// All that a training computes, as a deferred graph.
struct TrainingGraph {
  /// For one rank of the group, which takes its part of every batch.
  TrainingGraph(const Dataset& data, const Options& options, const deft::Communicator& group);

  deft::Graph graph;
  deft::Random random;
  deft::Minibatches batches;
  Network network;
  deft::Training training;
  deft::Accumulator epoch_loss;  // over the batches of an epoch so far
  deft::Accumulator epoch_accuracy;
  /// f64 [epochs, 4], a row for each epoch that is over: what Epoch holds, in its order. A
  /// variable, as all that a resumed training must know.
  deft::Output history;
  Judge judge;
  deft::Output initialize;
};

}  // namespace examples::fashion
