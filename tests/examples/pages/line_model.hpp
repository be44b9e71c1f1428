#pragma once

#include <deft/deft.hpp>

namespace deft {

/// A line through a few points: what the pages train.
struct LineModel {
  Graph graph;
  Output weights = variable(zeros(graph, DType::f32, {2, 1}), {.name = "weights"});
  Output x = constant(graph, Tensor{{1.0F, 0.0F}, {1.0F, 1.0F}, {1.0F, 2.0F}, {1.0F, 3.0F}});
  Output y = constant(graph, Tensor{{1.0F}, {3.0F}, {5.0F}, {7.0F}});
  Output loss = mean_squared_error(matmul(x, weights), y);
};

}  // namespace deft
