#pragma once

#include <cstdint>
#include <vector>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

namespace deft {

/// A linear model of 4 inputs w, trained by Adam on the mean of the gradients of all ranks, each of
/// which has rows of its own, equally many.
struct LinearModel {
  Graph graph;
  Output w;  // f32 [4, 1], 0 at first
  Output loss;
  Training training;
};

LinearModel linear_model(const Communicator& group);

/// The weights after so many steps of so many ranks that nothing disturbs.
std::vector<float> trained_weights(int size, std::int64_t steps);

/// Those after every number of steps, from 0 to `steps`.
std::vector<std::vector<float>> weights_by_step(int size, std::int64_t steps);

}  // namespace deft
