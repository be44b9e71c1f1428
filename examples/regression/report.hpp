#pragma once

#include <string>

#include "dataset.hpp"
#include "options.hpp"
#include "training.hpp"

namespace examples::regression {

/// The table for people: one column per method.
std::string to_text(const Report& report, const Dataset& data, const Options& options);

/// One JSON object (RFC 8259) on one line; numbers have 17 significant digits.
std::string to_json(const Report& report, const Dataset& data, const Options& options);

}  // namespace examples::regression
