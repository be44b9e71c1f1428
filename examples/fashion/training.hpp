#pragma once

#include <cstdint>
#include <vector>

#include <deft/collectives/communicator.hpp>
#include <deft/deft.hpp>

#include "evaluation.hpp"
#include "options.hpp"
#include "pictures.hpp"

namespace examples::fashion {

/// What an epoch has come to.
struct Epoch {
  double train_loss = 0;      // means over the batches of the epoch, with dropout and while
  double train_accuracy = 0;  // weights changed
  double test_loss = 0;
  double test_accuracy = 0;
};

/// What a training has come to.
struct Report {
  std::vector<Epoch> epochs;       // those before a resume too
  std::int64_t resumed_after = 0;  // epochs that an earlier run has done
  Evaluation test;
  std::int64_t parameters = 0;
  int threads = 0;
  double seconds = 0;  // of this run's epochs, tests included
};

/// A group of this process alone.
deft::Communicator alone();

/// Trains as the options say, together with the other ranks of the group. Throws UserError; and
/// TrainingError if another rank ends, and Options::rejoin is not asked for.
Report train(const Dataset& data, const Options& options,
             const deft::Communicator& group = alone());

}  // namespace examples::fashion
