#pragma once

#include <deft/deft.hpp>

#include "dataset.hpp"
#include "options.hpp"

namespace examples::regression {

/// Linear regression by gradient descent. Every run of `train` is one epoch.
struct TrainedModel {
  deft::Graph graph;
  deft::Output initialize;  // operation: w = 0
  deft::Output train;       // operation: w = w - learning_rate * gradient of mse
  deft::Output w;           // the coefficients, [coefficients, 1]
  deft::Output mse;         // the mean squared error at w, []
};

TrainedModel trained_model(const Dataset& data, deft::DType dtype, double learning_rate,
                           GradientKind gradient_kind);

/// Linear regression solved at once, in f64.
struct ClosedFormModel {
  deft::Graph graph;
  deft::Output unit;  // X with every column in a unit of its own, [rows, coefficients]
  deft::Output w;     // the coefficients, [coefficients, 1]
  deft::Output mse;   // the mean squared error at w, []
};

ClosedFormModel closed_form_model(const Dataset& data);

}  // namespace examples::regression
