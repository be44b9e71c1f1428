#pragma once

#include <string>

#include "options.hpp"
#include "training.hpp"

namespace examples::fashion {

/// The epochs and the confusion matrix as tables for people.
std::string to_text(const Report& report, const Options& options);

/// One JSON object and a line break.
std::string to_json(const Report& report, const Options& options);

}  // namespace examples::fashion
