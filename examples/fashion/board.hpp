#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <deft/deft.hpp>

#include "options.hpp"
#include "training.hpp"

namespace examples::fashion {

/// What TensorBoard shows of a training, if the options ask for it.
class Board {
 public:
  Board(const deft::Graph& graph, const deft::Training& training, const Options& options);

  /// After an epoch, `step` updates from the start: curves, and how weights are distributed.
  void show_epoch(std::int64_t step, const Epoch& epoch, const deft::Session& session);

  /// At the end: what the network gets most wrong.
  void show_mistakes(std::int64_t step, const Pictures& pictures, const Evaluation& test);

 private:
  std::optional<deft::EventWriter> writer_;
  std::vector<deft::Output> parameters_;
};

}  // namespace examples::fashion
