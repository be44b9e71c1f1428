#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compute.hpp"
#include "difference.hpp"
#include "summary.hpp"

namespace examples::model {

/// All that the program has found out.
struct Report {
  Summary summary;
  bool shows_summary = true;             // as text
  std::vector<std::string> unsupported;  // what cannot be imported
  std::optional<double> import_seconds;  // of a model that was imported
  std::vector<std::string> constants;    // inputs that became part of the graph
  std::optional<Results> results;
  std::vector<Difference> differences;

  bool is_supported() const { return unsupported.empty(); }
  bool is_allowed() const;  // every difference
};

/// Tables for people.
std::string to_text(const Report& report);

/// One JSON object and a line break.
std::string to_json(const Report& report);

}  // namespace examples::model
