#pragma once

#include <string>

#include "cross_validation.hpp"

namespace examples::kfold {

/// An SVG file: the validation error with its standard errors, that of the closed form and the
/// training error over the penalty, all on logarithmic axes; the choices are marked.
std::string draw_plot(const Report& report);

}  // namespace examples::kfold
