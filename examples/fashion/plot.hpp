#pragma once

#include <string>

#include "pictures.hpp"
#include "training.hpp"

namespace examples::fashion {

/// An SVG file: losses and accuracies over the epochs, the confusion matrix, and the pictures of
/// `test` that the network gets most wrong.
std::string draw_plot(const Report& report, const Pictures& test);

}  // namespace examples::fashion
