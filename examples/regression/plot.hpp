#pragma once

#include <string>
#include <vector>

#include "dataset.hpp"
#include "options.hpp"
#include "training.hpp"

namespace examples::regression {

/// An SVG file: the data with the fits and, beside it, the loss curve if `losses` has one.
/// For several features the first panel shows fitted over true target values.
std::string draw_plot(const Dataset& data, const Report& report,
                      const std::vector<LossSample>& losses, const Options& options);

}  // namespace examples::regression
