#pragma once

#include <string>

#include "cross_validation.hpp"
#include "options.hpp"

namespace examples::kfold {

/// The table for people: one row per penalty.
std::string to_text(const Report& report, const Options& options);

/// One JSON object (RFC 8259) on one line; numbers have 17 significant digits.
std::string to_json(const Report& report, const Options& options);

}  // namespace examples::kfold
